"""Stop texts: a generated text ends before them; what may become one is held back until it is clear."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.generation.pieces import Piece, text_after
from nlpbot.generation.tokens import GeneratedToken, Prompt, StopCondition

__all__ = ["CutText", "FinishReason", "StopTexts"]

FinishReason = Literal["stop", "length"]
"""Whether a stop text came, or the most tokens were generated."""

EXTRA_TOKENS = 4
"""A character's worth of bytes, by which the end of a text may be cut in the middle of one."""


class StopTexts:
    """Texts before which a generated text ends.

    Args:
        texts: none of them empty; may be none.

    Raises:
        ValueError: a text is empty.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        if isinstance(texts, str) or not all(texts):
            raise ValueError("stop texts of at least one character expected")
        self._texts = tuple(texts)
        self._tokens = max((len(text.encode(errors="replace")) for text in texts), default=0) + EXTRA_TOKENS

    def condition(self, tokenizer: Tokenizer, prompt: Prompt) -> StopCondition | None:
        """Return whether, after each token that continues a prompt, a stop text is among the last; None without any.

        Only as many of the last tokens are decoded as a stop text can span.
        """
        if not self._texts:
            return None

        def stop_text_came(tokens: Sequence[GeneratedToken]) -> bool:
            before = prompt.ids[-1] if len(tokens) <= self._tokens else tokens[-self._tokens - 1].token
            text = text_after(tokenizer, [before], [each.token for each in tokens[-self._tokens :]])
            return any(stop in text for stop in self._texts)

        return stop_text_came

    def cut(self, pieces: Iterable[Piece]) -> "CutText":
        """Return the pieces before a stop text."""
        return CutText(pieces, self._texts)


class CutText:
    """The pieces of a text before a stop text, each as soon as it is clear that it is; to be read once.

    Args:
        pieces: of the text.
        stops: none of them empty; may be none.
    """

    def __init__(self, pieces: Iterable[Piece], stops: Sequence[str]) -> None:
        self._pieces, self._stops = pieces, stops
        self.stopped = False
        """Whether a stop text came."""

    def __iter__(self) -> Iterator[Piece]:
        held: list[Piece] = []
        text = ""
        for piece in self._pieces:
            held.append(piece)
            text += piece.text
            found = [place for stop in self._stops if (place := text.find(stop)) >= 0]
            if found:
                self.stopped = True
                yield from _until(held, min(found))
                return
            clear = len(text) - self._begun(text)
            while held and len(held[0].text) <= clear:
                clear -= len(held[0].text)
                text = text[len(held[0].text) :]
                yield held.pop(0)
        yield from held

    @property
    def finish_reason(self) -> FinishReason:
        """Why the text ends, once it was read."""
        return "stop" if self.stopped else "length"

    def _begun(self, text: str) -> int:
        """Return how many characters at the end of a text may be the start of a stop text."""
        return max((n for stop in self._stops for n in range(1, len(stop)) if text.endswith(stop[:n])), default=0)


def _until(pieces: Iterable[Piece], end: int) -> Iterator[Piece]:
    """Yield the pieces that begin before a character, the last one cut there."""
    start = 0
    for piece in pieces:
        if start >= end:
            return
        yield Piece(piece.text[: end - start], piece.tokens)
        start += len(piece.text)
