"""What tokens become: pieces of text, whole characters each."""

from dataclasses import dataclass

from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.generation.decoding import Made

__all__ = ["Piece", "text_after"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text that was made: whole characters, and the tokens behind them."""

    text: str
    tokens: tuple[Made, ...]


def text_after(tokenizer: Tokenizer, context: list[int], ids: list[int]) -> str:
    """Return the text of tokens as it goes on from others, such as a word with the space before it."""
    return tokenizer.decode(context + ids)[len(tokenizer.decode(context)) :]
