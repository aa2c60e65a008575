"""Choose how a language model's weights are multiplied when it generates text: in 8 bits only where that pays."""

import copy
import math
from dataclasses import dataclass

import torch
from jaxtyping import Integer
from numpy import ndarray
from torch import nn
from torch.nn import functional as F

from nlpbot.core.kernel.threads import threads
from nlpbot.core.nn import LanguageModel
from nlpbot.generation import DecodingName, adds_exactly, quickest_step

__all__ = ["DecodingChoice", "choose_decoding", "loss_by_steps"]

MAX_COST = 0.005
"""Fraction by which the perplexity may grow."""
LEAST_WEIGHTS = 1 << 19
"""Weights from state to state in a layer, below which floats come from the cache as fast."""
STREAMS = 32
MAX_STEPS = 512


@dataclass(frozen=True, slots=True)
class DecodingChoice:
    """How weights are multiplied, and what 8 bits cost."""

    name: DecodingName
    int8_cost: float | None = None
    """Fraction by which 8 bits make the perplexity grow, or None where they weren't tried."""


def choose_decoding(model: LanguageModel, ids: Integer[ndarray, " N"]) -> DecodingChoice:
    """Return int8 where it pays: for large models, whose perplexity it makes grow by at most half a percent.

    It is never chosen on a processor that can't add 8-bit products exactly.

    Args:
        model: put into evaluation mode.
        ids: a text that it wasn't trained on; up to 16,384 tokens are read, which takes about a second.
    """
    if 4 * model.config.hidden**2 < LEAST_WEIGHTS or len(ids) < 2 * STREAMS or not adds_exactly():
        return DecodingChoice("float32")
    if model.head.bias.device.type != "cpu":  # 8 bits are for CPUs, whatever it was trained on
        model = _copied_to(torch.device("cpu"), model)
    floats, integers = (loss_by_steps(model, ids, decoding=decoding) for decoding in ("float32", "int8"))
    cost = math.expm1(integers - floats)
    return DecodingChoice("int8" if cost <= MAX_COST else "float32", cost)


def _copied_to(device: torch.device, model: LanguageModel) -> LanguageModel:
    """Return a copy on another device, with no second copy of the weights on the first."""
    weights = {id(each): nn.Parameter(each.detach().to(device), requires_grad=False) for each in model.parameters()}
    return copy.deepcopy(model, weights)  # which takes from there what it would copy


@torch.inference_mode()
def loss_by_steps(model: LanguageModel, ids: Integer[ndarray, " N"], *, decoding: DecodingName) -> float:
    """Return the loss of the start of a text in nats a token, read step by step as when text is generated.

    Args:
        model: put into evaluation mode.
        ids: of the text, at least 64.
        decoding: how the weights are multiplied.
    """
    length = min(len(ids) // STREAMS, MAX_STEPS)
    rows = torch.from_numpy(ids[: STREAMS * length].astype("int64")).view(STREAMS, length)
    step = quickest_step(model, rows=STREAMS, decoding=decoding)
    nats = 0.0
    with threads(1):
        for now, after in zip(rows.T[:-1], rows.T[1:], strict=True):
            step.advance(now.tolist())
            nats += float(F.cross_entropy(step.scores(STREAMS), after, reduction="sum"))
    return nats / (STREAMS * (length - 1))
