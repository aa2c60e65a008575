"""An n-gram language model with modified Kneser–Ney smoothing: counts alone, and hard to beat on small corpora."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float64, Int32, Int64, Integer
from numpy import ndarray

__all__ = ["KneserNey"]

PLACES_AT_ONCE = 1 << 20
"""Places in the text sorted together while counting, at most; fewer take less memory and more time."""
TOKENS_AT_ONCE = 1 << 17
"""Tokens measured together."""
USUAL_DISCOUNTS = (0.5, 1.0, 1.5)
"""Where a text has too few n-grams to estimate them; those of KenLM (Heafield 2011)."""


@dataclass(frozen=True, slots=True)
class _Level:
    """The n-grams of one length. A context is the number of an n-gram one token shorter, in the level below.

    Attributes:
        keys: ``context * vocabulary + token`` of each n-gram, ascending; its place here is its number.
        counts: of each; below the longest, how many different tokens came before it.
        totals: of the counts in each context, at least 1.
        backoff: fraction of each context's probability that goes to the level below.
        discounts: taken off a count of 0, 1, 2, and 3 or more.
    """

    keys: Int64[ndarray, " G"]
    counts: Int32[ndarray, " G"]
    totals: Int32[ndarray, " C"]
    backoff: Float64[ndarray, " C"]
    discounts: Float64[ndarray, " 4"]

    @classmethod
    def of(
        cls, keys: Int64[ndarray, " G"], counts: Integer[ndarray, " G"], *, contexts: int, vocabulary: int
    ) -> "_Level":
        discounts = _discounts(counts)
        totals, freed = np.zeros((2, contexts))
        end = 0
        while end < len(keys):
            start, near = end, min(end + PLACES_AT_ONCE, len(keys))
            end = int(np.searchsorted(keys, (keys[near - 1] // vocabulary + 1) * vocabulary))  # no context is split
            parents, seen = keys[start:end] // vocabulary, counts[start:end]
            span = slice(parents[0], parents[-1] + 1)
            totals[span] = np.bincount(parents - parents[0], weights=seen)
            freed[span] = np.bincount(parents - parents[0], weights=discounts[np.minimum(seen, 3)])
        # The last words of the text may be a context that nothing follows: all of it goes to the level below.
        backoff = np.divide(freed, totals, out=np.ones(contexts), where=totals > 0)
        return cls(keys, counts.astype(np.int32), np.maximum(totals, 1).astype(np.int32), backoff, discounts)

    def find(self, keys: Int64[ndarray, " N"]) -> Int64[ndarray, " N"]:
        """Return the number of the n-gram of each key, -1 where it never came."""
        places = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[places] == keys, places, -1)


class KneserNey:
    """Interpolated n-grams with three discounts a length; a shorter n-gram counts by how many tokens come before it.

    The text is one stream, line ends among its tokens. Below single tokens all are equally likely, so that none has a
    probability of 0. Numbers of n-grams instead of their tokens are sorted, so that any order and vocabulary fit.

    Source: Kneser and Ney 1995, Improved backing-off for m-gram language modeling; Chen and Goodman 1999, An empirical
    study of smoothing techniques for language modeling (the three discounts).
    """

    def __init__(self, levels: list[_Level], vocabulary: int) -> None:
        self._levels = levels
        self._vocabulary = vocabulary

    @classmethod
    def fit(cls, ids: Integer[ndarray, " N"], *, vocabulary: int, order: int) -> "KneserNey":
        """Return the n-grams of a text; counting takes 4 bytes a token and some 100 MB beside what is kept.

        Args:
            ids: of the text, at least 1, below `vocabulary`; may be memory-mapped.
            vocabulary: tokens there are.
            order: tokens of the longest n-gram, at least 1; cut to the length of the text.

        Raises:
            ValueError: there is no token, or `order` is below 1.
        """
        if len(ids) < 1 or order < 1:
            raise ValueError(f"{len(ids)} tokens and order {order}; at least 1 of each expected")
        nodes = ids.astype(np.int32)  # the number of the n-gram that begins at each place
        keys, counts = np.arange(vocabulary), _tally(nodes, vocabulary)
        levels, contexts = [], 1
        for length in range(2, min(order, len(ids)) + 1):
            first = nodes[0]
            longer, longer_counts, begins = _extend(nodes, ids[length - 1 :], len(keys), vocabulary)
            different = _different_before(nodes, longer, begins, len(keys), vocabulary)
            different[first] += 1  # the start of the text is one more thing that can come before
            levels.append(_Level.of(keys, different, contexts=contexts, vocabulary=vocabulary))
            contexts, nodes, keys, counts = len(keys), nodes[:-1], longer, longer_counts
        return cls([*levels, _Level.of(keys, counts, contexts=contexts, vocabulary=vocabulary)], vocabulary)

    @property
    def order(self) -> int:
        """Tokens of the longest n-gram."""
        return len(self._levels)

    @property
    def ngrams(self) -> int:
        """N-grams kept, of all lengths."""
        return sum(len(level.keys) for level in self._levels)

    @property
    def size_bytes(self) -> int:
        """Memory that they take."""
        parts = ("keys", "counts", "totals", "backoff")
        return sum(getattr(level, part).nbytes for level in self._levels for part in parts)

    def nats(self, ids: Integer[ndarray, " N"]) -> Float64[ndarray, " N-1"]:
        """Return how surprising each token of a text but the first is, in nats, after all that came before.

        Args:
            ids: of the text, at least 1, below the vocabulary; may be memory-mapped.
        """
        found = np.empty(len(ids) - 1)
        for start in range(1, len(ids), TOKENS_AT_ONCE):
            end = min(start + TOKENS_AT_ONCE, len(ids))
            seen = np.asarray(ids[max(start - self.order + 1, 0) : end], dtype=np.int64)
            found[start - 1 : end - 1] = -np.log(self._probabilities(seen)[start - end :])
        return found

    def _probabilities(self, ids: Int64[ndarray, " N"]) -> Float64[ndarray, " N"]:
        """Return the probability of each token after those before it, built up from the shortest n-grams."""
        likely = np.full(len(ids), 1 / self._vocabulary)
        context = np.zeros(len(ids), dtype=np.int64)
        for length, level in enumerate(self._levels[: len(ids)], start=1):
            context = context[: len(ids) - length + 1]
            node = level.find(context * self._vocabulary + ids[length - 1 :])
            counts = np.where(node >= 0, level.counts[node], 0)
            own = (counts - level.discounts[np.minimum(counts, 3)]) / level.totals[context]
            mixed = own + level.backoff[context] * likely[length - 1 :]
            likely[length - 1 :] = np.where(context >= 0, mixed, likely[length - 1 :])
            context = node
        return likely


def _discounts(counts: Integer[ndarray, " G"]) -> Float64[ndarray, " 4"]:
    """Return what is taken off a count of 0, 1, 2, and 3 or more."""
    once, twice, thrice, four = np.bincount(np.minimum(counts, 5), minlength=5)[1:5].tolist()
    if min(once, twice, thrice, four) > 0:
        share = once / (once + 2 * twice)
        best = (1 - 2 * share * twice / once, 2 - 3 * share * thrice / twice, 3 - 4 * share * four / thrice)
        if min(best) > 0:
            return np.array([0.0, *best])
    return np.array([0.0, *USUAL_DISCOUNTS])


def _extend(
    nodes: Int32[ndarray, " N"], following: Integer[ndarray, " M"], contexts: int, vocabulary: int
) -> tuple[Int64[ndarray, " G"], Int32[ndarray, " G"], Int32[ndarray, " G"]]:
    """Return the n-grams one token longer than those that `nodes` numbers, which then numbers the longer ones.

    Args:
        nodes: the number of the n-gram that begins at each place; the last, which nothing follows, stays as it is.
        following: the token after it, none for the last.
        contexts: different n-grams among `nodes`.
        vocabulary: tokens there are.

    Returns:
        The key and count of each longer n-gram, and a place where it begins.
    """
    parts, known, ongoing = [], 0, nodes[:-1]
    for places in _by_context(ongoing, contexts, vocabulary):
        keys, order = _sorted(ongoing[places].astype(np.int64) * vocabulary + following[places])
        fresh = np.diff(keys, prepend=-1) != 0
        numbers = np.empty(len(keys), dtype=np.int32)
        numbers[order] = np.cumsum(fresh) + (known - 1)
        ongoing[places] = ~numbers  # below zero, so that it isn't taken for a number yet to be replaced
        starts = np.flatnonzero(fresh)
        counts = np.diff(starts, append=len(keys)).astype(np.int32)
        parts.append((keys[starts], counts, places[order[starts]].astype(np.int32)))
        known += len(starts)
    np.invert(ongoing, out=ongoing)
    longer, counts, begins = (np.concatenate(part) for part in zip(*parts, strict=True))
    return longer, counts, begins


def _different_before(
    nodes: Int32[ndarray, " N"],
    longer: Int64[ndarray, " G"],
    begins: Int32[ndarray, " G"],
    contexts: int,
    vocabulary: int,
) -> Int64[ndarray, " C"]:
    """Return how many different tokens come before each n-gram: how many n-grams one token longer end with it.

    Args:
        nodes: the number of the longer n-gram that begins at each place; at the last place, of the shorter one.
        longer: keys of the longer n-grams.
        begins: a place where each of them begins.
        contexts: shorter n-grams.
        vocabulary: tokens there are.
    """
    counts = np.zeros(contexts, dtype=np.int64)
    for start in range(0, len(begins), PLACES_AT_ONCE):
        after = begins[start : start + PLACES_AT_ONCE] + 1
        ends = longer[nodes[np.minimum(after, len(nodes) - 2)]] // vocabulary
        counts += np.bincount(np.where(after < len(nodes) - 1, ends, nodes[-1]), minlength=contexts)
    return counts


def _sorted(keys: Int64[ndarray, " P"]) -> tuple[Int64[ndarray, " P"], Int64[ndarray, " P"]]:
    """Return keys in order, and where each stood; they lie close enough together to leave room for that in 64 bits."""
    base, bits = int(keys.min()), len(keys).bit_length()
    # Sorting numbers without twins is about five times as fast as `argsort` of keys with many.
    packed = np.sort((keys - base << bits) + np.arange(len(keys)))
    return (packed >> bits) + base, packed & (1 << bits) - 1


def _by_context(nodes: Int32[ndarray, " N"], contexts: int, vocabulary: int) -> Iterator[Int64[ndarray, " P"]]:
    """Yield all places in the order of their n-gram's number, some million at a time; no n-gram is split."""
    # So few that n-gram, next token and place fit into the 64 bits in which they are sorted.
    bits = vocabulary.bit_length()
    most = min(PLACES_AT_ONCE, 1 << (61 - bits) // 2, 1 << max(61 - 2 * bits, 0))
    reached = np.cumsum(_tally(nodes, contexts))
    edges = [0]
    while edges[-1] < contexts:
        low = edges[-1]
        goal = most + (reached[low - 1] if low else 0)
        edges.append(max(int(np.searchsorted(reached, goal, side="right")), low + 1))
    for low, high in pairwise(edges):
        parts = [(start, nodes[start : start + PLACES_AT_ONCE]) for start in range(0, len(nodes), PLACES_AT_ONCE)]
        places = np.concatenate([start + np.flatnonzero((part >= low) & (part < high)) for start, part in parts])
        if len(places):
            yield places


def _tally(numbers: Int32[ndarray, " N"], size: int) -> Int64[ndarray, " S"]:
    """Return how often each number below `size` comes; in pieces, since NumPy widens what it counts to 64 bits."""
    counts = np.zeros(size, dtype=np.int64)
    for start in range(0, len(numbers), PLACES_AT_ONCE):
        counts += np.bincount(numbers[start : start + PLACES_AT_ONCE], minlength=size)
    return counts
