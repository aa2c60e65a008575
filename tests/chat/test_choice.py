"""Blend and confidence are chosen by questions that were asked, and measured on others."""

from dataclasses import replace

import numpy as np
import pytest

from nlpbot.chat.choice import NO_TOPIC, Asked, cautious, choose, measure
from nlpbot.chat.opinions import Opinions
from nlpbot.retrieval.choice import folds_of

TOPICS, EACH = 30, 4
RNG = np.random.default_rng(0)
TRUTH = np.repeat(np.arange(TOPICS), EACH)
OWN = np.eye(TOPICS)[TRUTH]


def asked(found: np.ndarray, intents: np.ndarray, dense: np.ndarray, *, outside: int = 60) -> Asked:
    """Return questions about topics by what is thought of them, and some out of scope that nothing fits."""
    rows = len(TRUTH) + outside
    strange = np.full((outside, TOPICS), 0.1) + RNG.random((outside, TOPICS)) / 20

    def padded(scores: np.ndarray) -> np.ndarray:
        return np.concatenate([scores, strange])

    probabilities = padded(intents)
    opinions = Opinions(
        languages=["en"] * rows,
        fits=np.ones((rows, TOPICS), dtype=bool),
        found=padded(found),
        intents=probabilities / probabilities.sum(axis=1, keepdims=True),
        known=np.r_[np.full(len(TRUTH), 0.8), np.full(outside, 0.3)],
        length=np.ones(rows),
    )
    truth = np.r_[TRUTH, np.full(outside, NO_TOPIC)]
    folds = folds_of(np.r_[TRUTH, TOPICS + np.arange(outside)], seed=0)
    return Asked(opinions, padded(dense), truth, folds)


def guessing(right: float) -> np.ndarray:
    """Return scores by which the own topic is first in a fraction of the questions, whatever the topic."""
    noise = 0.1 + RNG.random((len(TRUTH), TOPICS)) / 10
    return np.where(RNG.random((len(TRUTH), 1)) < right, noise + OWN, noise)


def test_bm25_alone_is_served_where_nothing_gains_on_it() -> None:
    choice = choose(asked(guessing(0.8), guessing(0.1), guessing(0.1)), mistakes=0.1)
    assert (choice.weight, choice.blend.intent_weight) == (0, 0)


def test_intents_that_gain_are_served_and_an_encoder_that_adds_nothing_is_not() -> None:
    """Even an encoder that beats BM25 by far has to add to what intents find."""
    intents = guessing(0.9)
    known_half = np.where(np.arange(len(TRUTH))[:, None] % 2 == 0, intents, guessing(0))
    choice = choose(asked(guessing(0.3), intents, known_half), mistakes=0.1)
    assert choice.weight == 0
    assert choice.blend.intent_weight > 0


def test_an_encoder_that_gains_is_served() -> None:
    assert choose(asked(guessing(0.3), guessing(0.3), guessing(0.95)), mistakes=0.1).weight > 0


def test_a_sentence_encoder_keeps_its_usual_weight_unless_intents_are_proved_better() -> None:
    found = guessing(0.5)
    choice = choose(replace(asked(found, guessing(0), found), pretrained=True), mistakes=0.1)
    assert (choice.weight, choice.blend.intent_weight) == (0.5, 0.1)
    better = replace(asked(guessing(0.3), guessing(0.95), guessing(0.5)), pretrained=True)
    choice = choose(better, mistakes=0.1)
    assert choice.weight == 0
    assert choice.blend.intent_weight > 0


def test_what_is_out_of_scope_is_not_known() -> None:
    questions = asked(guessing(0.9), guessing(0.9), guessing(0.1))
    metrics = measure(questions, mistakes=0.1)
    assert metrics["confident_mistakes"] < 0.25
    assert metrics["known"] > 0.6
    assert metrics["accuracy_of_known"] > 0.95
    choice = choose(questions, mistakes=0.1)
    assert choice.likely_from <= choice.known_from


def test_each_part_alone_stands_beside_the_served() -> None:
    metrics = measure(asked(guessing(0.8), guessing(0.5), guessing(0.2)), mistakes=0.1)
    assert (metrics["bm25"], metrics["intents"], metrics["encoder"]) == pytest.approx((0.8, 0.5, 0.2), abs=0.15)


def test_a_fold_is_judged_by_thresholds_of_the_others() -> None:
    """Strangers of one fold look as known as can be; by a threshold that they help to choose, a tenth would pass."""
    questions = asked(guessing(0.9), guessing(0.9), guessing(0.1))
    bold = (questions.folds == 0) & (questions.truth == NO_TOPIC)
    found = questions.opinions.found.copy()
    found[bold, 0] = 1.5
    bolder = replace(questions, opinions=replace(questions.opinions, found=found))
    share = bold.sum() / (questions.truth == NO_TOPIC).sum()
    assert 0.15 < share < 0.25  # more than may be mistaken for known
    assert measure(bolder, mistakes=0.1)["confident_mistakes"] >= share


def test_chance_is_measured_as_chance() -> None:
    """Sixty-six blends of noise: the best of them looks better than any will do on other questions."""
    noise = [measure(asked(guessing(0), guessing(0), guessing(0)), mistakes=0.1)["accuracy"] for _ in range(5)]
    assert np.mean(noise) == pytest.approx(1 / TOPICS, abs=0.02)


def test_without_questions_out_of_scope_the_cautious_rule_stays() -> None:
    questions = asked(guessing(0.3), guessing(0.95), guessing(0.9), outside=0)
    choice = choose(questions, mistakes=0.1)
    assert replace(choice, blend=cautious().blend) == cautious()
    assert choice.blend.intent_weight == 0
    assert "confident_mistakes" not in measure(questions, mistakes=0.1)
    usual = choose(replace(questions, pretrained=True), mistakes=0.1)
    assert replace(usual, blend=cautious(pretrained=True).blend) == cautious(pretrained=True)
    assert usual.weight == 0.5
