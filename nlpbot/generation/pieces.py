"""What tokens become: pieces of text, whole characters each."""

from dataclasses import dataclass

from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.generation.tokens import GeneratedToken

__all__ = ["Piece", "text_after"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a generated text: whole characters, and the tokens behind them."""

    text: str
    tokens: tuple[GeneratedToken, ...]


def text_after(tokenizer: Tokenizer, context: list[int], ids: list[int]) -> str:
    """Return the text that tokens add after others, such as a word with the space before it."""
    return tokenizer.decode(context + ids)[len(tokenizer.decode(context)) :]
