"""Activations by name: step, sigmoid, tanh, ReLU."""

from collections.abc import Callable
from typing import Any, Literal, cast

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["ActivationName", "activation", "step"]

ActivationName = Literal["step", "sigmoid", "tanh", "relu"]


class _Step(torch.autograd.Function):
    """0 below zero, 1 from zero on; its gradient is 0 everywhere, which is why nobody trains with it."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:  # noqa: ARG004  # torch's signature
        return (x >= 0).to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:  # noqa: ARG004
        return torch.zeros_like(gradients[0])


def step(x: Float[Tensor, "..."]) -> Float[Tensor, "..."]:
    """Return 0 where x is below zero and 1 elsewhere; the gradient is 0.

    Source: McCulloch and Pitts 1943, A logical calculus of the ideas immanent in nervous activity.
    """
    return cast("Tensor", _Step.apply(x))  # type: ignore[no-untyped-call]  # torch leaves it untyped


ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "step": step,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
}


def activation(name: ActivationName) -> Callable[[Tensor], Tensor]:
    """Return the activation of that name.

    Raises:
        ValueError: there is none.
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"{name!r} is no activation; one of {', '.join(ACTIVATIONS)} expected")
    return ACTIVATIONS[name]
