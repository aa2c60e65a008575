"""The weights of a language model as its steps want them: a table for the first layer's input, one matrix a layer."""

import torch
from jaxtyping import Float
from torch import Tensor

from nlpbot.core.nn import LanguageModel
from nlpbot.generation.lstm_cell import gates_in_order

__all__ = ["gate_biases", "gate_table", "gate_weights"]

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


def gate_weights(model: LanguageModel) -> list[Float[Tensor, "G K"]]:
    """Return each layer's matrix from what it reads to its gates, in order.

    The first layer reads its own output, a higher one the output below and then its own: K is H, then 2 H.
    """
    own = [gates_in_order(layer.weight_hh_l0) for layer in model.layers]
    below = [gates_in_order(layer.weight_ih_l0) for layer in list(model.layers)[1:]]
    return [own[0], *(torch.cat(pair, dim=1) for pair in zip(below, own[1:], strict=True))]
