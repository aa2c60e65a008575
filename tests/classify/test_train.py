from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np
import pytest
import torch
from scipy.special import softmax

from nlpbot.classify import train as train_module
from nlpbot.classify.data import Labelled
from nlpbot.classify.members import LinearMember, LstmMember
from nlpbot.classify.train import train_classifier
from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder


@dataclass
class Fit:
    """What a member was trained on, and which sets of texts it scored while training went on."""

    member: object
    learned: set
    scored: list = field(default_factory=list)


def watch(patch, cls, fits):
    fit, scores = cls.fit.__func__, cls.scores

    def watched_fit(klass, data, *args, **options):
        member = fit(klass, data, *args, **options)
        fits.append(Fit(member, set(data.texts)))
        return member

    def watched_scores(member, texts):
        for known in fits:
            if known.member is member:
                known.scored.append(set(texts))
        return scores(member, texts)

    patch.setattr(cls, "fit", classmethod(watched_fit))
    patch.setattr(cls, "scores", watched_scores)


def train_watched(*args, **options):
    fits = []
    with pytest.MonkeyPatch.context() as patch:
        watch(patch, LinearMember, fits)
        watch(patch, LstmMember, fits)
        return train_classifier(*args, **options), fits


@pytest.fixture(scope="module")
def watched(rows, settings, cpu):
    return train_watched(rows, settings.model_copy(update={"model": "stacked"}), cpu)


def test_stacked_scores_come_from_members_that_never_saw_the_text(rows, watched):
    folds = [fit for fit in watched[1] if fit.scored]
    assert Counter(type(fit.member) for fit in folds) == {LinearMember: 2, LstmMember: 2}
    assert all(not texts & fit.learned for fit in folds for texts in fit.scored)
    for cls in (LinearMember, LstmMember):
        scored = [texts for fit in folds if isinstance(fit.member, cls) for texts in fit.scored]
        assert set.union(*scored) == set(rows.texts)


def test_groups_stay_whole_in_the_inner_folds(rows, watched):
    group_of = dict(zip(rows.texts, rows.groups, strict=True))
    for fit in watched[1]:
        groups = {group_of[text] for text in fit.learned}
        assert all(group_of[text] not in groups for texts in fit.scored for text in texts)


def test_the_members_that_serve_were_trained_on_all_rows(rows, watched):
    trained, fits = watched
    assert trained.chosen == "stacked"
    serving = [fit.learned for fit in fits if fit.member in trained.predictor.members.values()]
    assert serving == [set(rows.texts)] * 2
    assert set(trained.baseline.members) == {"linear"}


def test_a_validation_file_is_only_chosen_and_calibrated_on(rows, settings, cpu):
    train, valid = rows.at(range(0, 72, 2)), rows.at(range(1, 72, 2))
    trained, fits = train_watched(train, settings, cpu, valid=valid)
    assert [fit.learned for fit in fits] == [set(train.texts)] * 2
    assert list(trained.held_out_labels) == list(valid.labels)
    assert "36 rows held out" in trained.protocol


def test_the_candidate_of_the_lowest_held_out_loss_would_be_served(watched):
    trained, _ = watched
    assert set(trained.candidates) == {"linear", "lstm", "stacked"}
    served = trained.held_out_probabilities[np.arange(72), trained.held_out_labels]
    assert -np.log(served).mean() == pytest.approx(trained.candidates["stacked"].log_loss, rel=1e-6)


def test_auto_serves_what_has_the_lowest_loss(rows, settings, cpu, monkeypatch):
    judge, losses = train_module._judge, iter([9.0, 0.001, 9.0])
    monkeypatch.setattr(train_module, "_judge", lambda *args: replace(judge(*args), log_loss=next(losses)))
    trained = train_classifier(rows, settings, cpu)
    assert trained.chosen == "lstm"
    assert set(trained.predictor.members) == {"lstm"}
    assert set(trained.baseline.members) == {"linear"}


def test_probabilities_are_as_sure_as_they_are_right(settings, cpu):
    """Every fifth label is turned over, which a model that is too sure of itself has learned by heart."""
    rng = np.random.default_rng(0)
    words = ["abc", "def", "ghi", "jkl", "mno", "pqr", "stu", "vwx"]
    examples = [
        Example(" ".join([colour, *rng.choice(words, 3)]), "yes" if (colour == "red") ^ (rng.random() < 0.2) else "no")
        for colour in rng.choice(["red", "blue"], 400)
    ]
    rows = Labelled.of(examples)
    trained = train_classifier(rows, settings.model_copy(update={"model": "linear"}), cpu)
    right = (trained.held_out_probabilities.argmax(axis=1) == trained.held_out_labels).mean()
    raw = softmax(LinearMember.fit(rows.at(range(200)), settings).scores(rows.texts[200:]), axis=1)
    assert raw.max(axis=1).mean() > right + 0.1
    assert trained.held_out_probabilities.max(axis=1).mean() == pytest.approx(right, abs=0.03)


def test_the_same_seed_gives_the_same_classifier(rows, trained, watched):
    again = watched[0].predictor.probabilities(rows.texts)
    assert np.array_equal(again, trained.predictor.probabilities(rows.texts))


def test_fewer_groups_than_folds_are_refused(rows, settings, cpu):
    with pytest.raises(DataError, match="1 groups of rows found; at least 2 expected"):
        train_classifier(rows.at([0, 12, 24]), settings, cpu)


def test_progress_is_told(rows, settings, cpu):
    told = []
    train_classifier(
        rows.at(range(0, 72, 4)), settings, cpu, progress=lambda done, total, text="": told.append((done, total, text))
    )
    assert told
    assert "validation" in told[0][2]


@pytest.fixture(scope="module")
def encoder(rows, cpu):
    torch.manual_seed(0)
    counts = [Counter(word for text in rows.texts for word in text.split())]
    features = WordFeatures.choose(counts, words=100, parts=200, max_tokens=12)
    shape = {"words": len(features.words) + 1, "parts": len(features.parts) + 1}
    return Encoder(SentenceEncoder(SentenceEncoderConfig(**shape, embedding=8, hidden=6, size=12)), features, cpu)


def test_an_encoder_is_tuned_in_place_of_an_lstm(rows, settings, cpu, encoder):
    trained = train_classifier(rows, settings.model_copy(update={"network": "encoder"}), cpu, encoder=encoder)
    assert set(trained.candidates) == {"linear", "encoder", "stacked"}
    alone = train_classifier(rows, settings.model_copy(update={"model": "encoder"}), cpu, encoder=encoder)
    assert list(alone.predictor.members) == ["encoder"]
    assert alone.run.steps > 0


def test_an_encoder_that_is_not_given_is_asked_for(rows, settings, cpu):
    with pytest.raises(ConfigError, match="none is given; --encoder BUNDLE expected"):
        train_classifier(rows, settings.model_copy(update={"network": "encoder"}), cpu)
