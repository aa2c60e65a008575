"""The figures of a text that a model has read: nats a token, perplexity, bits a character, and the time it took."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jaxtyping import Integer
from numpy import ndarray

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.measures.language import bits_per_character, perplexity
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.lm.data import encode_pieces
from nlpbot.lm.measure.reading import Segment, line_end

__all__ = ["MeasuredText", "Tally"]


class Tally:
    """Nats, tokens and seconds of a reading, counted as it goes on.

    Args:
        segments: of the reading.
        show: is given the tokens read so far, after each segment.
    """

    def __init__(self, segments: Iterable[Segment], *, show: Callable[[int], None] = lambda _tokens: None) -> None:
        self._segments, self._show = iter(segments), show
        self.nats, self.tokens, self.seconds = 0.0, 0, 0.0

    def __iter__(self) -> Iterator[Segment]:
        while True:
            start = time.monotonic()
            segment = next(self._segments, None)
            if segment is not None:
                self.nats -= float(segment.log_probabilities.double().sum())
                self.tokens += len(segment.targets)
            self.seconds += time.monotonic() - start
            if segment is None:
                return
            self._show(self.tokens)
            yield segment

    def all(self) -> "Tally":
        """Return itself after reading on to the end."""
        deque(self, maxlen=0)
        return self


@dataclass(frozen=True, slots=True)
class MeasuredText:
    """A text as tokens, and what is known of it beside them."""

    ids: Integer[ndarray, " N"]
    """The first is a line's end, after which the text begins; without one it is the text's own, which isn't counted."""
    tokens: int
    """Of the text itself."""
    characters: int
    """Of the text."""

    @classmethod
    def of(cls, pieces: Iterable[str], tokenizer: Tokenizer, *, path: Path | None = None) -> "MeasuredText":
        """Return a text as tokens; each of its pieces is read once.

        Args:
            pieces: of the text.
            tokenizer: of its tokens.
            path: the file to write them to, which is then mapped into memory; without one they are held in memory.

        Raises:
            ConfigError: a character was never seen and the tokenizer can't write it.
        """
        characters, begin = 0, line_end(tokenizer)

        def counted() -> Iterator[str]:
            nonlocal characters
            if begin:
                yield "\n"
            for piece in pieces:
                characters += len(piece)
                yield piece

        ids = encode_pieces(counted(), tokenizer, path=path)
        return cls(ids, len(ids) - len(begin), characters)

    @property
    def beginning(self) -> str:
        """In words, what comes of the first token."""
        return "the first token after a line's end" if len(self.ids) > self.tokens else "the first token not counted"

    def check(self, fewest: int, purpose: str) -> None:
        """Refuse a text of which too few tokens are predicted.

        Raises:
            DataError: there are fewer than `fewest`.
        """
        missing = fewest + 1 - len(self.ids)
        if missing > 0:
            raise DataError(f"{self.tokens} tokens {purpose}; at least {self.tokens + missing} expected")

    def figures(self, tally: Tally) -> dict[str, Any]:
        """Return the figures of a reading of it under their usual names; all characters but those not counted."""
        nats = tally.nats / tally.tokens
        characters = self.characters * tally.tokens / self.tokens
        return {
            "n": tally.tokens,
            "nats_per_token": nats,
            "perplexity": perplexity(nats),
            "bits_per_character": bits_per_character(tally.nats, max(round(characters), 1)),
            "seconds": round(tally.seconds, 2),
        }
