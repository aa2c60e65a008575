"""A corpus of any size as line files that gensim reads by itself: words apart by spaces, at most 1,000 a line.

Counting happens while writing, so that the corpus is read and tokenized once, and never held as Python strings. Only
the counts of its words are, and where there are too many kinds of them the rarest are forgotten.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.text.korean_stems import KoreanStems
from nlpbot.core.text.word_counts import WordCounts
from nlpbot.core.text.words import jamo_of, word_texts

__all__ = ["SentenceFiles", "write_sentences"]

LINE_WORDS = 1_000
"""A longer line is cut, since gensim reads at most 10,000 words of one, and workers start at lines."""
PART_WORDS = 1_000_000
"""A new file is begun after so many words: training tells how far it is after each file."""
CACHED_WORDS = 100_000
"""Whose parts are remembered; they are most of any text."""


@dataclass(frozen=True, slots=True)
class SentenceFiles:
    """Files of one sentence a line, with their words counted."""

    parts: tuple[Path, ...]
    part_words: tuple[int, ...]
    """Words in each file."""
    counts: Counter[str]
    """How often each word comes, spelt as in the files; without the rarest where there were too many kinds."""
    jamo: bool
    """Whether Korean syllables were taken apart into their letters."""

    @property
    def words(self) -> int:
        """Words in all files."""
        return sum(self.part_words)


def write_sentences(
    texts: Iterable[str],
    folder: Path,
    *,
    particles: bool = False,
    jamo: bool = False,
    progress: ProgressLine | None = None,
) -> SentenceFiles:
    """Write texts into line files, and return where they are and what is in them.

    Args:
        texts: pieces of a corpus, each some sentences; a line of them is a sentence.
        folder: takes the files; the caller removes it.
        particles: whether Korean particles become words of their own, which takes a second reading.
        jamo: whether to take Korean syllables apart.
        progress: shows how many words were read.
    """
    if particles:
        return _with_particles_apart(write_sentences(texts, folder, progress=progress), jamo=jamo)
    parts: list[Path] = []
    part_words: list[int] = []
    counts = WordCounts()
    for text in texts:
        if not parts or part_words[-1] >= PART_WORDS:
            parts.append(folder / f"{len(parts):05}.txt")
            part_words.append(0)
        with parts[-1].open("a", encoding="utf-8", newline="\n") as file:
            for words in _sentences(text, jamo=jamo):
                counts.add(words)
                part_words[-1] += len(words)
                file.write(" ".join(words) + "\n")
        if progress is not None:
            progress(0, 0, f"read {sum(part_words):,} words")
    return SentenceFiles(tuple(parts), tuple(part_words), counts.kept, jamo)


def _with_particles_apart(files: SentenceFiles, *, jamo: bool) -> SentenceFiles:
    """Write the same files again with each particle as a word of its own."""
    stems = KoreanStems(files.counts)

    @lru_cache(CACHED_WORDS)
    def parts_of(word: str) -> list[str]:
        return [jamo_of(part) if jamo else part for part in stems.split(word)]

    counts, part_words = WordCounts(), []
    for path in files.parts:
        lines = path.read_text(encoding="utf-8").splitlines()
        split = [[part for word in line.split() for part in parts_of(word)] for line in lines]
        path.write_text("".join(" ".join(words) + "\n" for words in split), encoding="utf-8", newline="\n")
        counts.add(word for words in split for word in words)
        part_words.append(sum(map(len, split)))
    return replace(files, part_words=tuple(part_words), counts=counts.kept, jamo=jamo)


def _sentences(text: str, *, jamo: bool) -> Iterator[list[str]]:
    for line in text.split("\n"):
        words = word_texts(line)
        if jamo:
            words = [jamo_of(word) for word in words]
        for start in range(0, len(words), LINE_WORDS):
            yield words[start : start + LINE_WORDS]
