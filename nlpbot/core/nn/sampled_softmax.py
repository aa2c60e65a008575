"""Predict the next token among some of the vocabulary while training, where all of it would cost more than the LSTM."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from nlpbot.core.nn.language_model import LanguageModel, State
from nlpbot.core.nn.linear_cross_entropy import linear_cross_entropy
from nlpbot.core.nn.next_token_loss import TokenBatch, detached

__all__ = ["SampledSoftmax"]

FLATTENING = 0.75
"""Noise is drawn by frequency to this power, so that rare tokens come often enough to be told apart."""


class SampledSoftmax:
    """A `loss_fn` whose softmax runs over the targets of a mini-batch and tokens drawn as noise, shared by its rows.

    A token that is drawn with probability π stands for 1/π of its like in the softmax's sum, so the sum is right on
    average; what comes in nearly every mini-batch counts as in the full softmax.

    Args:
        counts: how often each token comes in the training text.
        noise: tokens drawn a mini-batch, some of them twice.
        targets: tokens of a mini-batch, about.

    Source: Jean et al. 2015, On using very large target vocabulary; Horvitz and Thompson 1952 (the weights).
    """

    def __init__(self, counts: Int[Tensor, " V"], *, noise: int, targets: int) -> None:
        self._noise = noise
        text = (counts + 1) / (counts + 1).sum()
        self._draw = text**FLATTENING / (text**FLATTENING).sum()
        absent = noise * torch.log1p(-self._draw) + targets * torch.log1p(-text)
        self._log_included = torch.log(-torch.expm1(absent))

    def __call__(self, model: LanguageModel, batch: TokenBatch, state: State | None) -> tuple[Float[Tensor, ""], State]:
        """Return the mean cross-entropy among the candidates, in nats, and the state to carry on."""
        inputs, targets = batch

        def loss(features: Tensor, head: nn.Linear) -> Tensor:
            drawn = torch.multinomial(self._draw, self._noise, replacement=True).to(inputs.device)
            candidates, places = torch.unique(torch.cat([targets.flatten(), drawn]), return_inverse=True)
            places = places[: targets.numel()]
            rare = self._log_included.to(features.device)[candidates]
            weight, bias = head.weight[candidates], head.bias[candidates] - rare
            return linear_cross_entropy(features.flatten(0, 1), weight, bias, places, own_offset=rare[places])

        mean, after = model(inputs, state, loss)
        return mean, detached(after)
