import inspect

import pytest
import torch

from nlpbot.core.nn import activation, step

POINTS = torch.tensor([-2.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("step", [0.0, 1.0, 1.0]),
        ("sigmoid", [0.119203, 0.5, 0.731059]),
        ("tanh", [-0.964028, 0.0, 0.761594]),
        ("relu", [0.0, 0.0, 1.0]),
    ],
)
def test_each_activation_has_its_textbook_values(name, values):
    assert activation(name)(POINTS).tolist() == pytest.approx(values, abs=1e-6)


def test_the_step_has_no_gradient_but_can_be_trained_through():
    x = POINTS.clone().requires_grad_()
    step(x).sum().backward()
    assert x.grad.tolist() == [0.0, 0.0, 0.0]


def test_the_step_keeps_the_type_of_its_numbers():
    assert step(POINTS.double()).dtype == torch.float64


def test_an_unknown_name_is_refused_with_those_there_are():
    unchecked = inspect.unwrap(activation)  # the type checker of the suite would refuse it first
    with pytest.raises(ValueError, match=r"'swish' is no activation; one of step, sigmoid, tanh, relu expected"):
        unchecked("swish")
