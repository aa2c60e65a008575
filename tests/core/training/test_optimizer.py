import pytest
import torch
from torch import nn

from nlpbot.core.training import TrainSettings
from nlpbot.core.training.clock import Plan
from nlpbot.core.training.optimizer import learning_rate_factor, make_optimizer

W, B, G = 2.0, 3.0, 0.5


def after(steps=1, **chosen):
    """Weight and bias of a model after some steps with the same gradient of a half."""
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(W)
        model.bias.fill_(B)
    optimizer = make_optimizer(
        model, TrainSettings(**{"steps": 9, "learning_rate": 0.1, "weight_decay": 0.0, **chosen})
    )
    for _ in range(steps):
        for parameter in model.parameters():
            parameter.grad = torch.full_like(parameter, G)
        optimizer.step()
    return pytest.approx((model.weight.item(), model.bias.item()), abs=1e-5)


def test_gradient_descent_is_the_textbooks():
    assert after(optimizer="sgd") == (W - 0.1 * G, B - 0.1 * G)


def test_momentum_goes_on_with_a_fraction_of_the_last_update():
    moved = 0.1 * G + 0.1 * (0.9 * G + G)
    assert after(optimizer="sgd", momentum=0.9, steps=2) == (W - moved, B - moved)


@pytest.mark.parametrize("name", ["adam", "adamw"])
def test_the_first_step_of_adam_is_the_learning_rate_long(name):
    assert after(optimizer=name) == (W - 0.1, B - 0.1)


def test_adamw_pulls_weights_towards_zero_by_themselves_and_never_biases():
    assert after(optimizer="adamw", weight_decay=0.2) == (W * (1 - 0.1 * 0.2) - 0.1, B - 0.1)


def test_weight_decay_of_gradient_descent_is_in_the_gradient_and_never_of_biases():
    assert after(optimizer="sgd", weight_decay=0.2) == (W - 0.1 * (G + 0.2 * W), B - 0.1 * G)


def test_frozen_weights_are_left_alone():
    model = nn.Linear(1, 1)
    model.weight.requires_grad_(False)
    groups = make_optimizer(model, TrainSettings(steps=1)).param_groups
    assert [len(group["params"]) for group in groups] == [0, 1]


COSINE = TrainSettings(steps=12, warmup_steps=4, final_fraction=0.1)


@pytest.mark.parametrize(
    ("step", "factor"),
    [(0, 0.25), (1, 0.5), (3, 1.0), (4, 1.0), (6, 0.1 + 0.9 * (1 + 2**-0.5) / 2), (8, 0.55), (12, 0.1), (99, 0.1)],
)
def test_warm_up_rises_evenly_and_the_cosine_falls_to_its_end(step, factor):
    assert learning_rate_factor(step, Plan(4, 0.0, 12).fraction_at(step), COSINE) == pytest.approx(factor)


def test_while_there_is_no_plan_nothing_falls():
    assert [learning_rate_factor(step, None, COSINE) for step in (3, 4, 50)] == [1.0, 1.0, 1.0]


def test_a_constant_schedule_stays():
    chosen = TrainSettings(steps=10, schedule="constant", warmup_steps=2)
    assert [learning_rate_factor(step, step / 10, chosen) for step in (0, 1, 2, 9)] == [0.5, 1.0, 1.0, 1.0]


def test_a_warm_up_longer_than_the_run_only_rises():
    chosen, plan = TrainSettings(steps=3, warmup_steps=10), Plan(10, 0.0, 3)
    assert [learning_rate_factor(step, plan.fraction_at(step), chosen) for step in range(3)] == pytest.approx(
        [0.1, 0.2, 0.3]
    )


def test_the_rate_goes_on_where_it_is_when_the_steps_become_fewer_or_more():
    before = Plan(4, 0.0, 12)
    for steps in (10, 20):
        after = Plan(8, before.fraction_at(8), steps)
        rates = [learning_rate_factor(step, before.fraction_at(step), COSINE) for step in range(4, 9)]
        rates += [learning_rate_factor(step, after.fraction_at(step), COSINE) for step in range(8, steps + 1)]
        assert rates == sorted(rates, reverse=True)
        assert rates[4] == rates[5]
        assert rates[-1] == pytest.approx(0.1)
