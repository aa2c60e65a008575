"""Which words made a label likely: leave each out and see what is lost."""

from bisect import bisect_right
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.text.words import Word, joined, words_of

__all__ = ["Span", "attribute"]

MAX_CHARACTERS = 4000
"""Explained of a text, as the models read it; what comes after is passed over."""
MAX_WORDS = 1000
"""Left out in turn, of these."""
NOTHING = (0, 0)
"""Left out, it leaves the whole text."""
EPSILON = 1e-6
FRACTION_OF_STRONGEST = 0.2
"""Words that say less than this fraction of what the strongest says are left out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, text[start:end], and how much it speaks for the label, in nats of log-odds."""

    start: int
    end: int
    weight: float


def attribute(
    predictor: ClassifyPredictor, text: str, labels: Sequence[str], *, most: int = 8, smallest: float = 0.1
) -> Generator[None, None, list[Span]]:
    """Return the pieces that speak most for some labels, in the order of the text; neighbours are joined.

    Each word is left out in turn, alone and with its right neighbour: what is lost with it speaks for the label, and
    what is lost only with both, as when they say the same, is shared by the two. A model is only asked what it says of
    a text without some of it, so this is true of every member and every blend.

    Args:
        predictor: the classifier to be explained.
        text: the original.
        labels: whose probability, summed, is explained.
        most: pieces to return.
        smallest: nats below which a word does not count.

    Yields:
        between slices of the work, so that others may have their turn.

    Source: Zeiler and Fergus 2014, Visualizing and understanding convolutional networks (occlusion); Li et al. 2016,
    Understanding neural networks through representation erasure.
    """
    words = words_of(text)
    words = words[: bisect_right([word.at + len(word.text) for word in words], MAX_CHARACTERS)]
    plain = joined(words)
    words = words[:MAX_WORDS]
    if not words:
        return []
    columns = [predictor.names.index(label) for label in labels]
    singles = [(word.at, word.at + len(word.text)) for word in words]
    pairs = [(left[0], right[1]) for left, right in pairwise(singles)]
    rows = yield from predictor.probabilities_without(plain, [NOTHING, *singles, *pairs])
    probability = rows[:, columns].sum(axis=1).clip(EPSILON, 1 - EPSILON)
    log_odds = np.log(probability / (1 - probability))
    losses = log_odds[0] - log_odds[1:]
    weights = _weights(losses[: len(words)], losses[len(words) :])
    least = max(smallest, FRACTION_OF_STRONGEST * float(weights.max()))
    chosen = [index for index in np.argsort(-weights)[: 2 * most].tolist() if weights[index] >= least]
    spans = _joined(text, words, sorted(chosen), weights.tolist())
    strongest = sorted(spans, key=lambda span: -span.weight)[:most]
    return sorted(strongest, key=lambda span: span.start)


def _weights(alone: Float[ndarray, " W"], together: Float[ndarray, " P"]) -> Float[ndarray, " W"]:
    """Return the weight of each word from what is lost without it, and without it and its right neighbour."""
    weights = alone.copy()
    beyond = np.maximum(together - alone[:-1] - alone[1:], 0) / 2
    weights[:-1] = np.maximum(weights[:-1], alone[:-1] + beyond)
    weights[1:] = np.maximum(weights[1:], alone[1:] + beyond)
    return weights


def _joined(text: str, words: Sequence[Word], chosen: Sequence[int], weights: Sequence[float]) -> list[Span]:
    """Return spans of the chosen words; those with nothing but space between become one."""
    spans: list[Span] = []
    for index in chosen:
        word = words[index]
        if spans and not text[spans[-1].end : word.start].strip():
            last = spans.pop()
            spans.append(Span(last.start, word.end, max(last.weight, weights[index])))
        else:
            spans.append(Span(word.start, word.end, weights[index]))
    return spans
