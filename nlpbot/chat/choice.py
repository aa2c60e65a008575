"""Choose a chatbot's blend and learn its confidence from questions asked of it, and measure both on others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from nlpbot.chat.blend import Blend, blended
from nlpbot.chat.opinions import Opinions
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.classical.confidence import Confidence
from nlpbot.core.text.language import LANGUAGES, Language
from nlpbot.retrieval.choice import Trial, best_fit, choose_proved, log_likelihoods

__all__ = ["NO_TOPIC", "Asked", "Choice", "cautious", "choose", "measure"]

WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
INTENT_WEIGHTS = tuple(step / 10 for step in range(11))
WAYS = tuple(product(WEIGHTS, INTENT_WEIGHTS))
"""Weight of the encoder against BM25, and of the intents against both; the first is BM25 alone."""
BM25, ENCODER, INTENTS = WAYS.index((0.0, 0.0)), WAYS.index((1.0, 0.0)), WAYS.index((0.0, 1.0))
USUAL_FEW, USUAL = WAYS.index((0.5, 0.0)), WAYS.index((0.5, 0.1))
"""Those of a sentence encoder, which has proved itself on other lists: with too few questions to teach intents, and
with more. Without an encoder it is BM25 alone."""
CAUTIOUS = {BM25: (4.4, 10.5, -4.6), USUAL_FEW: (8.3, 6.2, -5.1)}
"""Weights of best score and lead, and bias, where there is too little to learn a confidence from: as in twelve lists
of 34 questions that the encoder had not seen, each asked in six other ways, and as often something out of scope."""
CAUTIOUS_KNOWN, CAUTIOUS_LIKELY = 0.5, 0.25
WARNED = 2.5
"""Times as many questions out of scope may be answered with a warning."""
NO_TOPIC = -1
LEAST = 1e-30


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions that a chatbot has not seen, and what its parts think of them.

    Attributes:
        opinions: where BM25 alone finds topics.
        dense: the encoder's score of each topic.
        truth: number of the topic of each question, or -1 where it is out of scope.
        folds: the number of a fold for each question; those of one topic are in one fold.
        pretrained: whether the encoder is a sentence encoder, trained before.
    """

    opinions: Opinions
    dense: Float[ndarray, "N M"]
    truth: Int[ndarray, " N"]
    folds: Int[ndarray, " N"]
    pretrained: bool = False

    @property
    def levels(self) -> tuple[Sequence[int], ...]:
        """The usual way, also intents with BM25, also both with the encoder; each is to prove itself over the last."""
        usual = USUAL if self.pretrained else BM25
        return (usual,), tuple(dict.fromkeys((usual, *range(len(INTENT_WEIGHTS))))), range(len(WAYS))

    def at(self, rows: Bool[ndarray, " N"]) -> "Asked":
        """Return some of the questions."""
        some = self.opinions.at(rows), self.dense[rows], self.truth[rows], self.folds[rows]
        return Asked(*some, pretrained=self.pretrained)

    def found_with(self, weight: float) -> Opinions:
        """Return the opinions where the encoder has a weight in finding topics."""
        return replace(self.opinions, found=(1 - weight) * self.opinions.found + weight * self.dense)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: the encoder's weight, the blend, the confidence, and from where on it is enough."""

    weight: float
    blend: Blend
    confidence: Confidence
    known_from: float
    likely_from: float


def cautious(*, pretrained: bool = False) -> Choice:
    """Return what is served where nothing could be learned: the usual way, trusted where a topic fits very well."""
    usual = USUAL_FEW if pretrained else BM25
    *weights, bias = CAUTIOUS[usual]
    confidence = Confidence((0.0,) * 7, (1.0,) * 7, (*weights, 0.0, 0.0, 0.0, 0.0, 0.0), bias)
    return Choice(WAYS[usual][0], Blend(0.0, {}), confidence, CAUTIOUS_KNOWN, CAUTIOUS_LIKELY)


def choose(asked: Asked, *, mistakes: float) -> Choice:
    """Return the blend that is proved best, and what can be known of its confidence.

    Args:
        asked: questions; without any that are out of scope no confidence can be learned, which would trust all.
        mistakes: fraction of the questions out of scope that may be answered as if known.
    """
    outside = asked.truth == NO_TOPIC
    inside = asked.at(~outside)
    temperature = _inverse_temperature(inside)
    if not outside.any():
        return replace(cautious(pretrained=asked.pretrained), blend=Blend(0.0, temperature))
    way = choose_proved(_tried(inside, temperature), asked.levels)
    weight, intent_weight = WAYS[way]
    blend = Blend(intent_weight, temperature)
    scores, features = blend.judge(asked.found_with(weight))
    confidence = Confidence.fit(features, scores.argmax(axis=1) == asked.truth)
    strange = confidence.probability(features[outside])
    known_from = _threshold(strange, mistakes)
    return Choice(weight, blend, confidence, known_from, min(_threshold(strange, WARNED * mistakes), known_from))


def measure(asked: Asked, *, mistakes: float) -> dict[str, float]:
    """Return how the chosen does, each fold judged by what was chosen with the others, and each part alone."""
    right, known, likely = (np.zeros(len(asked.truth), dtype=bool) for _ in range(3))
    for fold in np.unique(asked.folds):
        held = asked.folds == fold
        choice, fresh = choose(asked.at(~held), mistakes=mistakes), asked.at(held)
        scores, features = choice.blend.judge(fresh.found_with(choice.weight))
        p = choice.confidence.probability(features)
        right[held] = scores.argmax(axis=1) == fresh.truth
        known[held], likely[held] = p >= choice.known_from, p >= choice.likely_from
    inside = asked.truth != NO_TOPIC
    by_itself = asked.at(inside)
    alone = {way: blended(by_itself.found_with(WAYS[way][0]), WAYS[way][1]) for way in (BM25, ENCODER, INTENTS)}
    found = {way: float((scores.argmax(axis=1) == by_itself.truth).mean()) for way, scores in alone.items()}
    return {
        "accuracy": float(right[inside].mean()),
        **{name: found[way] for name, way in (("bm25", BM25), ("encoder", ENCODER), ("intents", INTENTS))},
        "known": float(known[inside].mean()),
        "known_or_likely": float(likely[inside].mean()),
        "accuracy_of_known": float(right[inside & known].mean()) if (inside & known).any() else 0.0,
        **({"confident_mistakes": float(known[~inside].mean())} if not inside.all() else {}),
    }


def _tried(inside: Asked, inverse_temperature: Mapping[Language, float]) -> Trial:
    """Return how each of `WAYS` does on questions about topics."""
    calibrated = replace(inside, opinions=inside.opinions.with_temperature(inverse_temperature))
    right, fit = list[ndarray](), list[ndarray]()
    for weight in WEIGHTS:
        found = calibrated.found_with(weight)
        for intent_weight in INTENT_WEIGHTS:  # one after the other: a score for each question and topic
            scores = blended(found, intent_weight)
            right.append(scores.argmax(axis=1) == inside.truth)
            fit.append(best_fit(log_likelihoods(scores, inside.truth)))
    return Trial(np.stack(right), np.stack(fit), inside.truth, inside.folds)


def _inverse_temperature(inside: Asked) -> dict[Language, float]:
    """Return the inverse temperature of the intents of each language by which their probabilities are calibrated."""
    opinions, truth = inside.opinions, inside.truth
    fits = opinions.fits[np.arange(len(truth)), truth]  # a question can be in another language than its topic
    found: dict[Language, float] = {}
    for language in LANGUAGES:
        rows = fits & (np.array(opinions.languages) == language)
        if rows.any():
            columns = np.flatnonzero(opinions.fits[rows][0])
            scores = np.log(np.maximum(opinions.intents[np.ix_(rows, columns)], LEAST))
            found[language] = Calibration.fit([scores], np.searchsorted(columns, truth[rows]).tolist()).weights[0]
    return found


def _threshold(outside: Float[ndarray, " N"], mistakes: float) -> float:
    """Return the confidence that only a fraction of the questions out of scope reach."""
    return float(np.clip(np.quantile(outside, 1 - mistakes, method="higher"), 0.2, 0.9))
