"""Which words made a label likely: leave each out and see what is lost."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.text.words import Word, words_of

__all__ = ["Span", "attribute"]

MAX_WORDS = 200
"""Words that are left out in turn; what comes after is not explained."""
EPSILON = 1e-6
SHARE_OF_STRONGEST = 0.2
"""Words that say less than this share of what the strongest says are left out."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a text, text[start:end], and how much it speaks for the label, in nats of log-odds."""

    start: int
    end: int
    weight: float


def attribute(
    predictor: ClassifyPredictor, text: str, labels: Sequence[str], *, most: int = 8, smallest: float = 0.1
) -> list[Span]:
    """Return the pieces that speak most for some labels, in the order of the text; neighbours are joined.

    Each word is left out in turn, alone and with its right neighbour: what is lost with it speaks for the label, and
    what is lost only with both, as when they say the same, is shared by the two. That asks of the model only that it
    scores texts, so it is true of every member and every blend.

    Args:
        predictor: the classifier to be explained.
        text: the original.
        labels: whose probability, summed, is explained.
        most: pieces to return.
        smallest: nats below which a word does not count.

    Source: Zeiler and Fergus 2014, Visualizing and understanding convolutional networks (occlusion); Li et al. 2016,
    Understanding neural networks through representation erasure.
    """
    words = words_of(text)[:MAX_WORDS]
    if not words:
        return []
    singles = [(index,) for index in range(len(words))]
    pairs = [(index, index + 1) for index in range(len(words) - 1)]
    variants = [_without(text, words, indices) for indices in [*singles, *pairs]]
    columns = [predictor.names.index(label) for label in labels]
    probability = predictor.probabilities([text, *variants])[:, columns].sum(axis=1).clip(EPSILON, 1 - EPSILON)
    log_odds = np.log(probability / (1 - probability))
    losses = log_odds[0] - log_odds[1:]
    weights = _weights(losses[: len(words)], losses[len(words) :])
    least = max(smallest, SHARE_OF_STRONGEST * float(weights.max()))
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


def _without(text: str, words: Sequence[Word], indices: tuple[int, ...]) -> str:
    return text[: words[indices[0]].start] + " " + text[words[indices[-1]].end :]


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
