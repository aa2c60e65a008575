"""What each token of a vocabulary adds to the gates of a language model's first layer, computed once for all steps."""

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.nn.lstm_cell import gates_in_order

__all__ = ["gate_biases", "gate_table"]

MAX_BYTES = 128 << 20
"""Of the table; larger vocabularies multiply their vectors at each step."""


@torch.inference_mode()
def gate_table(model: LanguageModel) -> Float[Tensor, "V G"] | None:
    """Return what each token adds to the gates, in order and biases included, or None where that would be too large.

    Of one-hot vectors the table is no larger than the weights that it takes the place of.
    """
    biases, vocabulary = gate_biases(model)[0], model.config.vocabulary
    if model.embedding is not None and vocabulary * biases.nbytes > MAX_BYTES:
        return None
    first = gates_in_order(model.layers[0].weight_ih_l0).T
    if model.embedding is None:  # a one-hot vector picks its row
        return first + biases
    vectors = model.embed(torch.arange(vocabulary, device=biases.device)[:, None])[:, 0]
    return torch.addmm(biases, vectors, first)


def gate_biases(model: LanguageModel) -> list[Float[Tensor, " G"]]:
    """Return the sum of each layer's two biases, gates in order."""
    return [gates_in_order(layer.bias_ih_l0) + gates_in_order(layer.bias_hh_l0) for layer in model.layers]
