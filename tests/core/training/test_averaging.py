import pytest
import torch
from torch import nn

from nlpbot.core.training import MovingAverage


def at(value):
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, value)
    return model


def test_it_follows_the_weights_at_its_pace():
    model = at(0.0)
    average = MovingAverage(model, decay=0.75)
    nn.init.constant_(model.weight, 4.0)
    average.update(10_000)
    assert float(average.tensors()["weight"]) == 1.0


def test_the_first_weights_are_soon_forgotten():
    model = at(100.0)
    average = MovingAverage(model, decay=0.999)
    nn.init.constant_(model.weight, 1.0)
    for step in range(1, 60):
        average.update(step)
    assert float(average.tensors()["weight"]) == pytest.approx(1.0, abs=0.01)


def test_the_model_has_its_own_weights_again_after_the_block_even_if_that_fails():
    model = at(0.0)
    average = MovingAverage(model, decay=0.5)
    nn.init.constant_(model.weight, 8.0)
    average.update(10_000)
    seen = []

    def fail():
        with average.applied():
            seen.append(model.weight.item())
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (seen, model.weight.item()) == ([4.0], 8.0)


def test_it_goes_on_from_what_was_saved():
    average, other = MovingAverage(at(3.0), decay=0.5), MovingAverage(at(0.0), decay=0.5)
    other.load(average.tensors())
    assert torch.equal(other.tensors()["weight"], average.tensors()["weight"])
