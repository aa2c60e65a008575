import copy

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.lm.measure.learner import Learner, Steps

IDS = np.array([3, 1, 4, 1, 5, 2, 6, 5, 3, 5], dtype=np.uint16)
SHAPES = [
    {"embedding": 4, "hidden": 4, "tied": True},
    {"embedding": 3, "hidden": 5, "tied": True, "layers": 2},
    {"embedding": 3, "hidden": 5, "dropout": 0.5, "weight_drop": 0.5, "embedding_dropout": 0.5},
    {"embedding": 0, "hidden": 5},
]


def network(shape):
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=7, **shape))
    torch.nn.init.normal_(model.head.bias)
    return model


def loss_of(model, ids, state=None):
    tokens = torch.from_numpy(ids.astype(np.int64))
    logits, _ = model(tokens[None, :-1], state)
    return F.cross_entropy(logits[0], tokens[1:])


@pytest.mark.parametrize("shape", SHAPES)
def test_a_step_is_that_of_gradient_descent_on_all_weights(shape):
    model = network(shape).eval()
    plain = copy.deepcopy(model)
    loss_of(plain, IDS).backward()
    torch.optim.SGD(plain.parameters(), lr=0.3).step()
    learner = Learner(model)
    segment, gradient = learner.read(IDS)
    torch.testing.assert_close(-segment.log_probabilities.mean(), loss_of(model, IDS).detach())
    learner.learn(gradient, Steps.alike(model), learning_rate=0.3, decay=0.0)
    torch.testing.assert_close(learner.model.state_dict(), plain.state_dict())


@pytest.mark.parametrize("shape", SHAPES)
def test_the_model_itself_stays_as_it_is(shape):
    model = network(shape).train()
    before = copy.deepcopy(model.state_dict())
    steps = Steps.by_size(model, IDS)
    learner = Learner(model)
    _, gradient = learner.read(IDS)
    learner.learn(gradient, steps, learning_rate=0.1, decay=0.1)
    assert not torch.equal(learner.model.head.weight, model.head.weight)
    assert model.training
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
    assert model.embedding is None or not model.embedding.table.sparse


@pytest.mark.parametrize("shape", SHAPES)
def test_full_decay_goes_all_the_way_back(shape):
    model = network(shape)
    learner, steps = Learner(model), Steps.alike(model)
    _, gradient = learner.read(IDS)
    learner.learn(gradient, steps, learning_rate=0.3, decay=0.0)
    learner.learn(gradient, steps, learning_rate=0.0, decay=1.0)
    torch.testing.assert_close(learner.model.state_dict(), model.state_dict())


def test_the_state_is_carried_from_one_reading_to_the_next():
    model = network(SHAPES[0])
    whole, _ = Learner(model).read(IDS)
    learner = Learner(model)
    parts = [learner.read(IDS[:4])[0], learner.read(IDS[3:])[0]]
    found = torch.cat([part.log_probabilities for part in parts])
    torch.testing.assert_close(found, whole.log_probabilities)


@pytest.mark.parametrize("shape", SHAPES)
def test_steps_fit_the_weights_and_are_longer_where_gradients_are_small(shape):
    model = network(shape)
    with torch.no_grad():
        model.head.bias[2] = -6  # a token that hardly ever comes
    steps = Steps.by_size(model, IDS)
    learner = Learner(model)
    for weight, step in zip(learner.body, steps.body, strict=True):
        assert weight.shape == step.shape
        assert torch.isfinite(step).all()
    assert (steps.head[0].numel(), steps.head[1].numel()) == model.head.weight.shape
    assert steps.head[0].argmax() == steps.bias.argmax() == 2
    assert (steps.head[0] > 0).all()


def test_a_text_of_which_nothing_is_learned_gives_finite_steps():
    model = LanguageModel(LanguageModelConfig(vocabulary=1, embedding=2, hidden=2))
    steps = Steps.by_size(model, np.zeros(50, dtype=np.uint16))
    assert all(torch.isfinite(step).all() for step in (*steps.head, *steps.table, steps.bias, *steps.body))
