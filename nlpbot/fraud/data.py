"""What a fraud scorer learns from: messages labelled fraud or honest, and kinds of fraud where they are given."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example

__all__ = ["FRAUD", "HONEST", "as_fraud_or_honest", "by_kind", "kind_of"]

FRAUD, HONEST = "fraud", "honest"
MIN_PER_KIND = 5
MIN_KINDS = 3


def as_fraud_or_honest(examples: Sequence[Example], positive: Sequence[str]) -> list[Example]:
    """Return the examples labelled fraud or honest.

    Raises:
        DataError: none is fraud, or none is honest.
    """
    folded = {name.casefold() for name in positive}
    relabelled = [replace(example, label=FRAUD if example.label in folded else HONEST) for example in examples]
    counts = Counter(example.label for example in relabelled)
    if len(counts) < 2:  # nothing to tell apart
        found = ", ".join(sorted({example.label for example in examples}))
        raise DataError(f"labels found: {found}; name those that mean fraud with --positive")
    return relabelled


def by_kind(examples: Sequence[Example]) -> list[Example]:
    """Return the examples labelled by kind, as ``fraud/parcel_fee``, or nothing where too few kinds of fraud are given.

    Frauds of a rare kind or none are left out; honest messages of a rare kind or none are all ``honest``.
    """
    counts = Counter((example.label, example.kind) for example in examples if example.kind)
    frequent = {pair for pair, count in counts.items() if count >= MIN_PER_KIND}
    if sum(label == FRAUD for label, _ in frequent) < MIN_KINDS:
        return []
    return [
        replace(
            example, label=f"{example.label}/{example.kind}" if (example.label, example.kind) in frequent else HONEST
        )
        for example in examples
        if example.label == HONEST or (example.label, example.kind) in frequent
    ]


def kind_of(label: str) -> str | None:
    """Return the kind of fraud that a label of `by_kind` names, or None where it is honest."""
    return label.removeprefix(f"{FRAUD}/") if label.startswith(f"{FRAUD}/") else None
