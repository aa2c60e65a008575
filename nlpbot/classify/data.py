"""What the models read: labelled rows without twins, and texts in the form that each model wants."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.errors import DataError
from nlpbot.core.text.labelled import Columns, Example, read_labelled
from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.patterns import mask_patterns
from nlpbot.core.text.splits import group_ids, without_duplicates
from nlpbot.core.text.tokenizer import SubwordTokenizer
from nlpbot.core.text.vocabulary import PAD, UNKNOWN, Vocabulary
from nlpbot.core.text.words import words_of

__all__ = ["Labelled", "TokenReader", "load_labelled", "plain"]

MIN_PER_LABEL = 2


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts with the number of their label and of their group."""

    texts: tuple[str, ...]
    labels: tuple[int, ...]
    groups: tuple[int, ...]
    names: tuple[str, ...]
    """Label numbers to names, sorted."""

    @classmethod
    def of(cls, examples: Sequence[Example], *, names: Sequence[str] | None = None) -> "Labelled":
        """Return examples with labels as numbers.

        Args:
            examples: at least one.
            names: the labels to use; by default those that come.

        Raises:
            DataError: a label is not among `names`.
        """
        found = tuple(sorted({example.label for example in examples})) if names is None else tuple(names)
        numbers = {name: number for number, name in enumerate(found)}
        unknown = next((example.label for example in examples if example.label not in numbers), None)
        if unknown is not None:
            raise DataError(f"label {unknown!r} was not trained on; one of {', '.join(found)} wanted")
        labels = tuple(numbers[example.label] for example in examples)
        return cls(tuple(example.text for example in examples), labels, tuple(group_ids(examples)), found)

    def at(self, rows: Sequence[int]) -> "Labelled":
        """Return some of the rows."""
        texts, labels, groups = ([values[row] for row in rows] for values in (self.texts, self.labels, self.groups))
        return Labelled(tuple(texts), tuple(labels), tuple(groups), self.names)  # type: ignore[arg-type]  # mixed lists

    def __len__(self) -> int:
        return len(self.texts)


def load_labelled(
    paths: Sequence[Path],
    columns: Columns | None = None,
    *,
    keep_duplicates: bool = False,
    note: Callable[[str], None] = lambda _: None,
) -> list[Example]:
    """Return the labelled rows of some files, one of each set of near-duplicates.

    Raises:
        DataError: a file can't be used, or there is only one label.
    """
    rows = [example for path in paths for example in read_labelled(path, columns, note=note)]
    kept = rows if keep_duplicates else without_duplicates(rows)
    if len(kept) < len(rows):
        note(f"{len(rows) - len(kept)} of {len(rows)} rows are near-duplicates of others and left out")
    check_labels(kept, where=", ".join(path.name for path in paths))
    return kept


def check_labels(examples: Sequence[Example], *, where: str) -> None:
    """Refuse data that nothing can be learned from.

    Raises:
        DataError: there are fewer than two labels, or no label has two rows.
    """
    counts = Counter(example.label for example in examples)
    if len(counts) < 2:  # nothing to tell apart
        only = f"only the label {next(iter(counts))!r}" if counts else "no rows"
        raise DataError(f"{where}: {only} found; at least two labels wanted")
    rare = [label for label, count in counts.items() if count < MIN_PER_LABEL]
    if len(rare) == len(counts):
        raise DataError(f"{where}: every label comes once; at least {MIN_PER_LABEL} rows a label wanted")


def plain(text: str) -> str:
    """Return a text as the linear model reads it: normalised, patterns as their kind, lower case."""
    return mask_patterns(normalize(text)).lower()


class TokenReader:
    """Turns texts into the ids that an LSTM reads: words, or subwords of words."""

    def __init__(self, vocabulary: Vocabulary, subwords: SubwordTokenizer | None, max_tokens: int) -> None:
        self.vocabulary = vocabulary
        self._subwords = subwords
        self._max_tokens = max_tokens

    @classmethod
    def train(cls, texts: Sequence[str], *, tokens: str, size: int, min_count: int, max_tokens: int) -> "TokenReader":
        """Return a reader for texts like these."""
        if tokens == "subword":
            subwords = SubwordTokenizer.train(map(plain, texts), size=size, specials=(PAD, UNKNOWN))
            return cls(subwords.vocabulary, subwords, max_tokens)
        counts = Counter(word.text for text in texts for word in words_of(text))
        vocabulary = Vocabulary.build(counts, specials=(PAD, UNKNOWN), max_size=size, min_count=min_count)
        return cls(vocabulary, None, max_tokens)

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text, at most `max_tokens`."""
        if self._subwords is not None:
            return self._subwords.encode(plain(text))[: self._max_tokens]
        found = [self.vocabulary.id_of(word.text) for word in words_of(text)[: self._max_tokens]]
        return [index for index in found if index is not None]

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        if self._subwords is not None:
            return {"max_tokens": self._max_tokens, "subwords": self._subwords.to_json()}
        return {"max_tokens": self._max_tokens, "vocabulary": self.vocabulary.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "TokenReader":
        """Return the reader that `to_json` gave."""
        if "subwords" in value:
            subwords = SubwordTokenizer.from_json(value["subwords"])
            return cls(subwords.vocabulary, subwords, int(value["max_tokens"]))
        return cls(Vocabulary.from_json(value["vocabulary"]), None, int(value["max_tokens"]))
