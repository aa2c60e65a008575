"""A corpus of any size as line files that gensim reads by itself: words apart by spaces, at most 1,000 a line.

Counting happens while writing, so that the corpus is read and tokenized once, and never held as Python strings. Only
the counts of its words are, and where there are too many kinds of them the rarest are forgotten.

Source: Mikolov et al. 2013, word2vec, whose program forgets rare words the same way.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.console import ProgressLine
from nlpbot.core.text.words import jamo_of, word_texts

__all__ = ["SentenceFiles", "write_sentences"]

LINE_WORDS = 1_000
"""A longer line is cut, since gensim reads at most 10,000 words of one, and workers start at lines."""
PART_WORDS = 1_000_000
"""A new file is begun after so many words: training tells how far it is after each file."""
MAX_KINDS = 2_000_000
"""Kinds of words counted at once, about 150 bytes each; 60 MB of Korean text hold 0.9 million."""


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
    texts: Iterable[str], folder: Path, *, jamo: bool = False, progress: ProgressLine | None = None
) -> SentenceFiles:
    """Write texts into line files, and return where they are and what is in them.

    Args:
        texts: pieces of a corpus, each some sentences; a line of them is a sentence.
        folder: takes the files; the caller removes it.
        jamo: whether to take Korean syllables apart.
        progress: is told how many words were read.
    """
    parts: list[Path] = []
    part_words: list[int] = []
    counts: Counter[str] = Counter()
    rare = 0
    for text in texts:
        if not parts or part_words[-1] >= PART_WORDS:
            parts.append(folder / f"{len(parts):05}.txt")
            part_words.append(0)
        with parts[-1].open("a", encoding="utf-8", newline="\n") as file:
            for words in _sentences(text, jamo=jamo):
                counts.update(words)
                part_words[-1] += len(words)
                file.write(" ".join(words) + "\n")
        while len(counts) > MAX_KINDS:
            rare += 1
            for word in [word for word, count in counts.items() if count <= rare]:
                del counts[word]
        if progress is not None:
            progress(0, 0, f"read {sum(part_words):,} words")
    return SentenceFiles(tuple(parts), tuple(part_words), counts, jamo)


def _sentences(text: str, *, jamo: bool) -> Iterator[list[str]]:
    for line in text.split("\n"):
        words = word_texts(line)
        if jamo:
            words = [jamo_of(word) for word in words]
        for start in range(0, len(words), LINE_WORDS):
            yield words[start : start + LINE_WORDS]
