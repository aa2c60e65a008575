"""The cross-entropy of a linear layer over a large vocabulary, without the copies of its scores that autograd makes.

Of a mean over rows the gradient is known as soon as the softmax is: so it is computed on the way forward, over the
scores themselves. Training a word model is a few per cent faster for it.
"""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor
from torch.autograd.function import once_differentiable

__all__ = ["linear_cross_entropy"]


def linear_cross_entropy(
    features: Float[Tensor, "N D"],
    weight: Float[Tensor, "V D"],
    bias: Float[Tensor, " V"],
    targets: Int[Tensor, " N"],
    *,
    own_offset: Float[Tensor, " N"] | None = None,
) -> Float[Tensor, ""]:
    """Return the mean cross-entropy of the targets, in nats.

    Args:
        features: what the linear layer reads.
        weight: of the layer.
        bias: of the layer.
        targets: the class that each row has.
        own_offset: added to the score of each row's target.
    """
    apply: Callable[..., Tensor] = _LinearCrossEntropy.apply
    return apply(features, weight, bias, targets, own_offset)


class _LinearCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, features: Tensor, weight: Tensor, bias: Tensor, targets: Tensor, own_offset: Tensor | None
    ) -> Tensor:
        count, target = len(targets), targets[:, None]
        scores = torch.addmm(bias, features, weight.T)
        if own_offset is not None:
            scores.scatter_add_(1, target, own_offset[:, None])
        torch.log_softmax(scores, dim=1, out=scores)
        loss = -scores.gather(1, target).mean()
        if any(ctx.needs_input_grad):
            errors = scores.exp_()
            errors.scatter_add_(1, target, errors.new_full((count, 1), -1))
            gradients = errors @ weight, errors.T @ (features / count), errors.sum(dim=0).div_(count)
            ctx.save_for_backward(gradients[0].div_(count), *gradients[1:])
        return loss

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor | None, ...]:
        gradients = ctx.saved_tensors
        if grad.device.type != "cpu" or grad.item() != 1:  # it mostly is, and the weight's gradient is large
            gradients = tuple(gradient * grad for gradient in gradients)
        return *gradients, None, None
