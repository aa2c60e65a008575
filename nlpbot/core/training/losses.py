"""What training makes small; each loss is `loss_fn(model, batch, state) -> (loss, state)`."""

from collections.abc import Callable
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn
from torch.nn import functional as F

from nlpbot.core.training.linear_cross_entropy import linear_cross_entropy

__all__ = [
    "LossFunction",
    "TokenBatch",
    "carried",
    "classification_loss",
    "contrastive_loss",
    "forgetful",
    "image_loss",
    "next_token_loss",
    "summed_image_loss",
]

LossFunction = Callable[[Any, Any, Any], tuple[Tensor, Any]]

TextBatch = tuple[Int[Tensor, "B T"], Int[Tensor, " B"], Int[Tensor, " B"]]
ImageBatch = tuple[Float[Tensor, "B C Y X"], Int[Tensor, " B"]]
TokenBatch = tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]
PairBatch = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], Int[Tensor, " B"]]


def classification_loss(model: nn.Module, batch: TextBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the mean cross-entropy of (ids, lengths, labels), in nats a text."""
    ids, lengths, labels = batch
    return F.cross_entropy(model(ids, lengths), labels), state


def image_loss(model: nn.Module, batch: ImageBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the mean cross-entropy of (images, labels), in nats an image."""
    images, labels = batch
    return F.cross_entropy(model(images), labels), state


def summed_image_loss(model: nn.Module, batch: ImageBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the cross-entropy summed over the batch, as the textbook's MNIST program has it."""
    images, labels = batch
    return F.cross_entropy(model(images), labels, reduction="sum"), state


def next_token_loss(model: nn.Module, batch: TokenBatch, state: Any) -> tuple[Float[Tensor, ""], Any]:
    """Return the mean cross-entropy of the next token, in nats, and the state to carry on, cut off from the past."""
    inputs, targets = batch
    features, after = model.features(inputs, state)  # type: ignore[operator]  # a LanguageModel, which this column doesn't know
    head: Any = model.head
    return linear_cross_entropy(features.flatten(0, 1), head.weight, head.bias, targets.flatten()), carried(after)


def carried(state: list[tuple[Tensor, Tensor]]) -> list[tuple[Tensor, Tensor]]:
    """Return a state cut off from how it came about, so that gradients stop there.

    Source: Williams and Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent network
    trajectories (truncated back-propagation through time).
    """
    return [(output.detach(), cell.detach()) for output, cell in state]


def forgetful(inner: LossFunction, share: float) -> LossFunction:
    """Return a loss of next tokens that now and then starts a stream from an empty state.

    Without it a model sees the empty state only at the start of the text, and may go astray where it is served: each
    prompt starts from there.

    Args:
        inner: the loss.
        share: of the streams that forget before a mini-batch.
    """

    def loss_fn(model: nn.Module, batch: TokenBatch, state: Any) -> tuple[Float[Tensor, ""], Any]:
        if state is not None and share > 0:
            keep = (torch.rand(len(batch[0]), 1) >= share).to(state[0][0])
            state = [(output * keep, cell * keep) for output, cell in state]
        return inner(model, batch, state)

    return loss_fn


def contrastive_loss(model: nn.Module, batch: PairBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return how badly questions find their own answer among those of the batch, in nats a question.

    The batch is (questions, answers, groups); another row of the same group is a right answer too, so it is left out
    of the comparison.

    Source: Henderson et al. 2017, Efficient natural language response suggestion.
    """
    questions, answers, groups = batch
    scores: Tensor = model(questions, answers)
    twins = (groups[:, None] == groups[None, :]) & ~torch.eye(len(groups), dtype=torch.bool, device=groups.device)
    own = torch.arange(len(groups), device=scores.device)
    return F.cross_entropy(scores.masked_fill(twins, torch.finfo(scores.dtype).min), own), state
