"""The loss of a language model: how badly it foresees the next token of a long text that is read piece by piece."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel, State
from nlpbot.core.nn.linear_cross_entropy import linear_cross_entropy

__all__ = ["TokenBatch", "TokenLoss", "detached", "next_token_loss", "with_state_resets"]

TokenBatch = tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]
"""Tokens, and the token that comes after each."""
TokenLoss = Callable[[LanguageModel, TokenBatch, State | None], tuple[Float[Tensor, ""], State]]


def next_token_loss(model: LanguageModel, batch: TokenBatch, state: State | None) -> tuple[Float[Tensor, ""], State]:
    """Return the mean cross-entropy of the next token, in nats, and the state to carry on, cut off from the past."""
    inputs, targets = batch

    def loss(features: Tensor, head: torch.nn.Linear) -> Tensor:
        return linear_cross_entropy(features.flatten(0, 1), head.weight, head.bias, targets.flatten())

    mean, after = model(inputs, state, loss)
    return mean, detached(after)


def detached(state: State) -> State:
    """Return a state cut off from how it came about, so that gradients stop there.

    Source: Williams and Peng 1990, An efficient gradient-based algorithm for on-line training of recurrent network
    trajectories (truncated back-propagation through time).
    """
    return [(output.detach(), cell.detach()) for output, cell in state]


def with_state_resets(inner: TokenLoss, probability: float) -> TokenLoss:
    """Return a loss of next tokens that now and then starts a stream from an empty state.

    Without it a model sees the empty state only at the start of the text, and may go astray where it is served: each
    prompt starts from there.

    Args:
        inner: the loss.
        probability: that a stream is reset before a mini-batch.
    """

    def loss_fn(model: LanguageModel, batch: TokenBatch, state: State | None) -> tuple[Float[Tensor, ""], State]:
        if state is not None and probability > 0:
            keep = (torch.rand(len(batch[0]), 1) >= probability).to(state[0][0])
            state = [(output * keep, cell * keep) for output, cell in state]
        return inner(model, batch, state)

    return loss_fn
