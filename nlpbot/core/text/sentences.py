"""A corpus of any size as line files that gensim reads by itself: words apart by spaces, at most 1,000 a line.

Counting happens while writing, so that the corpus is read and tokenized once, and never held as Python strings. Only
the counts of its words are, and where there are too many kinds of them the rarest are forgotten.

Source: Mikolov et al. 2013, word2vec, whose program forgets rare words the same way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from nlpbot.core.console import ProgressLine
from nlpbot.core.text.korean_stems import KoreanStems
from nlpbot.core.text.words import jamo_of, word_texts

__all__ = ["SentenceFiles", "write_sentences"]

LINE_WORDS = 1_000
"""A longer line is cut, since gensim reads at most 10,000 words of one, and workers start at lines."""
PART_WORDS = 1_000_000
"""A new file is begun after so many words: training tells how far it is after each file."""
MAX_KINDS = 2_000_000
"""Kinds of words counted at once, about 150 bytes each; 60 MB of Korean text hold 0.9 million."""


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
        progress: is told how many words were read.
    """
    if particles:
        return _with_particles_apart(write_sentences(texts, folder, progress=progress), jamo=jamo)
    parts: list[Path] = []
    part_words: list[int] = []
    counts = _WordCounts()
    for text in texts:
        if not parts or part_words[-1] >= PART_WORDS:
            parts.append(folder / f"{len(parts):05}.txt")
            part_words.append(0)
        with parts[-1].open("a", encoding="utf-8", newline="\n") as file:
            for words in _sentences(text, jamo=jamo):
                counts.kept.update(words)
                part_words[-1] += len(words)
                file.write(" ".join(words) + "\n")
        counts.forget()
        if progress is not None:
            progress(0, 0, f"read {sum(part_words):,} words")
    return SentenceFiles(tuple(parts), tuple(part_words), counts.kept, jamo)


class _WordCounts:
    """How often each word came; of too many kinds the rarest are forgotten."""

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        self._rare = 0

    def forget(self) -> None:
        while len(self.kept) > MAX_KINDS:
            self._rare += 1
            for word in [word for word, count in self.kept.items() if count <= self._rare]:
                del self.kept[word]


def _with_particles_apart(files: SentenceFiles, *, jamo: bool) -> SentenceFiles:
    """Write the same files again with each particle as a word of its own."""
    stems = KoreanStems(files.counts)

    @lru_cache(CACHED_WORDS)
    def parts_of(word: str) -> list[str]:
        return [jamo_of(part) if jamo else part for part in stems.split(word)]

    counts, part_words = _WordCounts(), []
    for path in files.parts:
        lines = path.read_text(encoding="utf-8").splitlines()
        split = [[part for word in line.split() for part in parts_of(word)] for line in lines]
        path.write_text("".join(" ".join(words) + "\n" for words in split), encoding="utf-8", newline="\n")
        counts.kept.update(word for words in split for word in words)
        counts.forget()
        part_words.append(sum(map(len, split)))
    return replace(files, part_words=tuple(part_words), counts=counts.kept, jamo=jamo)


def _sentences(text: str, *, jamo: bool) -> Iterator[list[str]]:
    for line in text.split("\n"):
        words = word_texts(line)
        if jamo:
            words = [jamo_of(word) for word in words]
        for start in range(0, len(words), LINE_WORDS):
            yield words[start : start + LINE_WORDS]
