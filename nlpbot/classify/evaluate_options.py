"""What a text classifier is measured on, as the command line says it; `fraud` and `chat` measure theirs alike."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpbot.classify.config import ModelName
from nlpbot.classify.data import load_labelled
from nlpbot.core.kernel.console import note
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import Example

__all__ = ["EvaluateOptions", "of_interest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluateOptions:
    """What is measured on what.

    Attributes:
        test: labelled file to measure on.
        train: labelled file to train on first.
        data: one labelled file, cut into folds.
        folds: of `data`, at least 2.
        keep_duplicates: whether near-duplicates are trained on.
        model: what to train.
        encoder: bundle of the sentence encoder that is tuned; by default the one that comes along.
        predictions: file to write with what is predicted for each row.
        columns: what the columns of labelled files are called, where not as usual.
        positive: labels that count as found, for the metrics of a detector.
        negative: labels beside them; rows of others are left out. By default all others.
        out_of_scope: label of what is out of scope; its recall is reported by itself.
        ablate: whether what each part is worth is measured too.
        seed: of everything random.
        device: auto, cpu, cuda or mps.
    """

    test: Path | None = None
    train: Path | None = None
    data: Path | None = None
    folds: int = 5
    keep_duplicates: bool = False
    model: ModelName = "auto"
    encoder: Path | None = None
    predictions: Path | None = None
    columns: Columns | None = None
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    out_of_scope: str | None = None
    ablate: bool = False
    seed: int = 0
    device: str = "auto"

    def train_rows(self, path: Path) -> list[Example]:
        """Return the rows of a file to train on."""
        rows = load_labelled([path], self.columns, keep_duplicates=self.keep_duplicates, note=note)
        return of_interest(rows, self.positive, self.negative)

    def test_rows(self, path: Path) -> list[Example]:
        """Return all rows: a test file is measured whole, only what is trained on is freed of twins."""
        rows = load_labelled([path], self.columns, keep_duplicates=True, note=note)
        return of_interest(rows, self.positive, self.negative)


def of_interest(examples: list[Example], positive: Sequence[str], negative: Sequence[str]) -> list[Example]:
    """Return the rows of the labels named; without negatives named, all rows.

    Raises:
        DataError: no row has one of the positive labels, or none one of the negative.
    """
    if not negative:
        return examples
    found = {example.label for example in examples}
    sides = [{name.casefold() for name in names} for names in (positive, negative)]
    for side in sides:
        if not side & found:
            raise DataError(f"no rows labelled {', '.join(sorted(side))}; there are {', '.join(sorted(found))}")
    return [example for example in examples if example.label in sides[0] | sides[1]]
