"""What tokens become: pieces of text, whole characters each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.generation.tokens import GeneratedToken

__all__ = ["Piece", "text_after", "text_pieces"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a generated text: whole characters, and the tokens behind them."""

    text: str
    tokens: tuple[GeneratedToken, ...]


def text_after(tokenizer: Tokenizer, context: list[int], ids: list[int]) -> str:
    """Return the text that tokens add after others, such as a word with the space before it."""
    return tokenizer.decode(context + ids)[len(tokenizer.decode(context)) :]


def text_pieces(
    tokenizer: Tokenizer, tokens: Iterable[GeneratedToken], *, last: int, ends_in_space: bool
) -> Iterator[Piece]:
    """Yield the text of tokens in whole characters; what is no character yet is held back.

    Args:
        tokenizer: of the tokens.
        tokens: that continue a prompt.
        last: the prompt's last token.
        ends_in_space: whether the prompt ends in a space, which is not said again where the tokenizer dropped it.
    """
    context, held = [last], list[GeneratedToken]()
    said = " " if ends_in_space and not tokenizer.decode(context).endswith(" ") else ""
    for token in tokens:
        held.append(token)
        ids = [each.token for each in held]
        text = text_after(tokenizer, context, ids)
        if not text.endswith("\ufffd"):
            yield Piece(text.removeprefix(said), tuple(held))
            context, held, said = ids, [], ""
    if held:
        yield Piece(text_after(tokenizer, context, [each.token for each in held]), tuple(held))
