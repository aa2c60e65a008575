import math
from dataclasses import replace

import pytest
import torch

from nlpbot.lm.measure.cache import CacheSettings, read_with_cache, tune_cache
from nlpbot.lm.measure.reading import Segment

VOCABULARY = 11


def text(tokens=1300, *, seed=0, repeats=0.0):
    """A text that was read by some model; some of its tokens repeat what came 40 tokens ago, as do the features."""
    random = torch.Generator().manual_seed(seed)
    features = torch.randn(tokens, 6, generator=random)
    targets = torch.randint(VOCABULARY, (tokens,), generator=random)
    for place in range(40, tokens):
        if torch.rand((), generator=random) < repeats:
            features[place], targets[place] = features[place - 40], targets[place - 40]
    return Segment(features, targets, torch.full((tokens,), -math.log(VOCABULARY)))


def in_parts(whole, size):
    """The same text in segments."""
    for start in range(0, len(whole.targets), size):
        part = slice(start, start + size)
        yield Segment(whole.features[part], whole.targets[part], whole.log_probabilities[part])


def log_probabilities(segments, settings):
    return torch.cat([segment.log_probabilities for segment in read_with_cache(segments, settings)])


def by_the_paper(whole, settings):
    """Equation 3 of Grave et al., a token at a time."""
    found = []
    for now in range(len(whole.targets)):
        past = range(max(now - settings.window, 0), now)
        weights = {i: math.exp(settings.theta * float(whole.features[now] @ whole.features[i])) for i in past}
        own = math.exp(float(whole.log_probabilities[now]))
        if weights:
            hits = sum(weight for i, weight in weights.items() if whole.targets[i] == whole.targets[now])
            own = (1 - settings.weight) * own + settings.weight * hits / sum(weights.values())
        found.append(math.log(own))
    return torch.tensor(found, dtype=torch.double)


@pytest.mark.parametrize("size", [1, 5, 512, 700])
def test_the_cache_is_the_paper_s_however_the_text_is_cut(size):
    whole, settings = text(700), CacheSettings(window=90, theta=0.5, weight=0.2)
    found = log_probabilities(in_parts(whole, size), settings)
    torch.testing.assert_close(found, by_the_paper(whole, settings), atol=1e-5, rtol=1e-5)


def test_without_a_share_nothing_changes():
    whole = text()
    found = log_probabilities([whole], CacheSettings(window=90, theta=0.5, weight=0.0))
    torch.testing.assert_close(found, whole.log_probabilities.double())


@pytest.mark.parametrize("place", [0, 1, 600])
def test_the_probabilities_of_all_tokens_sum_to_one(place):
    own = torch.randn(VOCABULARY, generator=torch.Generator().manual_seed(1)).log_softmax(-1)
    whole, total = text(601), 0.0
    for token in range(VOCABULARY):
        targets, before = whole.targets.clone(), whole.log_probabilities.clone()
        targets[place], before[place] = token, own[token]
        asked = replace(whole, targets=targets, log_probabilities=before)
        total += math.exp(log_probabilities([asked], CacheSettings(window=90, theta=0.5, weight=0.3))[place])
    assert total == pytest.approx(1, abs=1e-6)


def test_a_text_that_repeats_itself_gains_and_one_that_does_not_is_left_alone():
    settings = tune_cache(in_parts(text(repeats=0.5), 100))
    assert settings.weight > 0.2
    held_out = text(repeats=0.5, seed=1)
    assert log_probabilities([held_out], settings).sum() > held_out.log_probabilities.sum() + 100
    assert tune_cache([text()]).weight == 0


def test_tuning_wants_a_text():
    with pytest.raises(ValueError, match="at least one token"):
        tune_cache([])
