"""What the commands of `vectors` find, for programs and for people."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.kernel.console import Table
from nlpbot.vectors.picture import WordPicture
from nlpbot.vectors.predictor import Neighbour

__all__ = ["Analogy", "DrawnPicture", "ImportedVectors", "NearWords"]


@dataclass(frozen=True, slots=True)
class NearWords:
    """Words, and those nearest to each of them."""

    words: Sequence[str]
    found: Sequence[Sequence[Neighbour]]

    def to_json(self) -> dict[str, Any]:
        """Return the neighbours by word."""
        return {"neighbours": {word: _json(near) for word, near in zip(self.words, self.found, strict=True)}}

    @property
    def tables(self) -> list[Table]:
        """A row for each neighbour."""
        pairs = zip(self.words, self.found, strict=True)
        rows = [[word, neighbour.word, f"{neighbour.similarity:.3f}"] for word, near in pairs for neighbour in near]
        return [Table("", ["of", "word", "cosine"], rows)]


@dataclass(frozen=True, slots=True)
class Analogy:
    """What is to `c` as `b` is to `a`, the likeliest first."""

    a: str
    b: str
    c: str
    answers: Sequence[Neighbour]

    def to_json(self) -> dict[str, Any]:
        """Return the three words and the answers."""
        return {"a": self.a, "b": self.b, "c": self.c, "answers": _json(self.answers)}

    @property
    def tables(self) -> list[Table]:
        """A row for each answer."""
        rows = [[neighbour.word, f"{neighbour.similarity:.3f}"] for neighbour in self.answers]
        return [Table(f"{self.a} is to {self.b} as {self.c} is to", ["word", "cosine"], rows)]


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture that was drawn, and the words on it."""

    out: Path
    drawn: WordPicture

    @property
    def asked(self) -> list[bool]:
        """Of each word, whether it was asked for."""
        return [number < self.drawn.asked for number in range(len(self.drawn.words))]

    @property
    def variance(self) -> float:
        """How much of the variance the picture shows, 0 to 1."""
        return sum(self.drawn.shares)

    def to_json(self) -> dict[str, Any]:
        """Return the file, and the place of each word."""
        rows = zip(self.drawn.words, self.drawn.places.tolist(), self.asked, strict=True)
        places = [{"word": word, "x": x, "y": y, "asked": asked} for word, (x, y), asked in rows]
        return {"picture": str(self.out), "words": places, "variance": self.variance}

    @property
    def tables(self) -> list[Table]:
        """Only a note: the picture is the result."""
        shown = f"the picture shows {100 * self.variance:.0f} % of what sets them apart"
        return [Table("", (), (), [f"{self.out}: {len(self.drawn.words)} words; {shown}"])]


@dataclass(frozen=True, slots=True)
class ImportedVectors:
    """A bundle of vectors that were made elsewhere."""

    out: Path
    words: int
    dim: int

    def to_json(self) -> dict[str, Any]:
        """Return the bundle and its size."""
        return {"words": self.words, "dim": self.dim, "bundle": str(self.out)}

    @property
    def tables(self) -> list[Table]:
        """Only a note: the bundle is the result."""
        return [Table("", (), (), [f"{self.out}: {self.words:,} words of {self.dim} numbers"])]


def _json(found: Sequence[Neighbour]) -> list[dict[str, Any]]:
    return [asdict(neighbour) for neighbour in found]
