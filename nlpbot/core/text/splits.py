"""Split examples so that no test row has a twin in training: near-duplicates and groups stay together."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence

import numpy as np

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.normalize import normalize

__all__ = ["group_ids", "hold_out", "k_folds", "near_duplicate_key", "without_duplicates"]

Split = tuple[list[int], list[int]]


def near_duplicate_key(text: str) -> str:
    """Return what near-duplicates share: `normalize`, lower case, digits as 0, punctuation and spaces as one space."""
    plain = normalize(text).lower()
    kept = ("0" if c.isdigit() else c if c.isalnum() else " " for c in plain)
    return " ".join("".join(kept).split())


def without_duplicates(examples: Sequence[Example]) -> list[Example]:
    """Return the first of each set of near-duplicates, in order."""
    first: dict[str, Example] = {}
    for example in examples:
        first.setdefault(near_duplicate_key(example.text), example)
    return list(first.values())


def group_ids(examples: Sequence[Example]) -> list[int]:
    """Return a number for each example: equal for near-duplicates, for one group, and for chains of the two."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        parents.setdefault(name, name)
        while parents[name] != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    keys = [f"text:{near_duplicate_key(example.text)}" for example in examples]
    for example, key in zip(examples, keys, strict=True):
        if example.group is not None:
            parents[root(key)] = root(f"group:{example.group}")
    numbers: dict[str, int] = {}
    return [numbers.setdefault(root(key), len(numbers)) for key in keys]


def k_folds(labels: Sequence[Hashable], groups: Sequence[int], *, folds: int, seed: int) -> list[Split]:
    """Return (train, test) row numbers for each fold; groups stay whole, labels are spread evenly.

    Raises:
        DataError: there are fewer groups than folds.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for row, group in enumerate(groups):
        members[group].append(row)
    if len(members) < folds:
        raise DataError(f"{len(members)} groups of rows found; at least {folds} expected for {folds} folds")
    order = list(members)
    np.random.default_rng(seed).shuffle(order)
    order.sort(key=lambda group: -len(members[group]))  # large groups first, so that small ones even out
    fold_of: dict[int, int] = {}
    load: list[Counter[Hashable]] = [Counter() for _ in range(folds)]
    for group in order:
        counts = Counter(labels[row] for row in members[group])
        main = counts.most_common(1)[0][0]
        fold = min(range(folds), key=lambda f: (load[f][main], load[f].total()))
        load[fold].update(counts)
        fold_of[group] = fold
    return [_split([fold_of[group] == fold for group in groups]) for fold in range(folds)]


def hold_out(labels: Sequence[Hashable], groups: Sequence[int], *, fraction: float, seed: int) -> Split:
    """Return (kept, held out) row numbers; about `fraction` of the rows are held out, groups whole.

    Raises:
        DataError: there are too few groups to hold any out.
    """
    return k_folds(labels, groups, folds=max(round(1 / fraction), 2), seed=seed)[0]


def _split(is_test: Sequence[bool]) -> Split:
    train = [row for row, test in enumerate(is_test) if not test]
    return train, [row for row, test in enumerate(is_test) if test]
