"""What a fraud scorer learns from: messages labelled fraud or honest, and kinds of fraud where they are told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nlpbot.core.errors import DataError
from nlpbot.core.text.labelled import Example

__all__ = ["FRAUD", "HONEST", "as_fraud_or_honest", "frauds_by_kind"]

FRAUD, HONEST = "fraud", "honest"
MIN_PER_KIND = 5
MIN_KINDS = 3


def as_fraud_or_honest(examples: Sequence[Example], positive: Sequence[str]) -> list[Example]:
    """Return the examples labelled fraud or honest.

    Raises:
        DataError: none is fraud, or none is honest.
    """
    folded = {name.casefold() for name in positive}
    told = [replace(example, label=FRAUD if example.label in folded else HONEST) for example in examples]
    counts = Counter(example.label for example in told)
    if len(counts) < 2:  # nothing to tell apart
        found = ", ".join(sorted({example.label for example in examples}))
        raise DataError(f"labels found: {found}; name those that mean fraud with --positive")
    return told


def frauds_by_kind(examples: Sequence[Example]) -> list[Example]:
    """Return the frauds labelled by kind, or nothing where too few kinds are told."""
    counts = Counter(example.kind for example in examples if example.label == FRAUD and example.kind)
    kinds = {kind for kind, count in counts.items() if count >= MIN_PER_KIND}
    if len(kinds) < MIN_KINDS:
        return []
    chosen = (example for example in examples if example.label == FRAUD and example.kind in kinds)
    return [replace(example, label=str(example.kind)) for example in chosen]
