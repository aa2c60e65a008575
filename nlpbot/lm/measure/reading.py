"""A text as a model reads it, from left to right: what each token was predicted from, and how likely it was."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Integer
from numpy import ndarray
from torch import Tensor
from torch.nn import functional as F

from nlpbot.core.nn import LanguageModel
from nlpbot.core.text.tokenizer import Tokenizer

__all__ = ["Segment", "line_end", "read_carried", "read_with_resets", "start_of_text"]

BLOCK = 512
"""Tokens read at once; more would take memory for the scores of a large vocabulary, and save little time."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Some tokens in a row, as a model met them."""

    features: Float[Tensor, "T D"]
    """What the head predicted each token from."""
    targets: Int[Tensor, " T"]
    """The tokens that came."""
    log_probabilities: Float[Tensor, " T"]
    """That the model gave them, in nats."""


def line_end(tokenizer: Tokenizer) -> list[int]:
    """Return the token after which a text begins, a line's end; none where the tokenizer can't write it."""
    try:
        return tokenizer.encode("\n")[-1:]
    except ValueError:
        return []


def start_of_text(tokenizer: Tokenizer) -> list[int]:
    """Return the token after which a text begins: a line's end, or any where the tokenizer has none."""
    return line_end(tokenizer) or [0]


def read_carried(model: LanguageModel, ids: Integer[ndarray, " N"], device: torch.device) -> Iterator[Segment]:
    """Yield all tokens but the first, in order, the state carried from start to end; the model stays as it is.

    Args:
        model: put into evaluation mode.
        ids: of the text; may be memory-mapped.
        device: of the model.
    """
    model.eval()
    state = None
    for start in range(0, len(ids) - 1, BLOCK):
        with torch.inference_mode():
            tokens = _tensor(ids[start : start + BLOCK + 1], device)
            features, state = model.features(tokens[None, :-1], state)
            segment = _segment(model, features, tokens[1:])
        yield segment


def read_with_resets(
    model: LanguageModel, ids: Integer[ndarray, " N"], device: torch.device, *, every: int
) -> Iterator[Segment]:
    """Yield what `read_carried` yields for each `every` tokens and the one before them, as if they were all there is.

    Args:
        model: put into evaluation mode.
        ids: of the text; may be memory-mapped.
        device: of the model.
        every: tokens that are predicted before the state is emptied, at least 1.
    """
    model.eval()
    rows = BLOCK // every
    for start in range(0, len(ids) - 1, max(rows, 1) * every):
        piece = ids[start : start + max(rows, 1) * every + 1]
        whole = (len(piece) - 1) // every if rows > 1 else 0
        if whole:
            with torch.inference_mode():
                tokens = _tensor(piece[: whole * every + 1], device)
                features, _ = model.features(tokens[:-1].reshape(whole, every))
                segment = _segment(model, features, tokens[1:])
            yield segment
        yield from read_carried(model, piece[whole * every :], device)


def _segment(model: LanguageModel, features: Float[Tensor, "B T D"], targets: Int[Tensor, " N"]) -> Segment:
    flat = features.flatten(0, 1)
    return Segment(flat, targets, -F.cross_entropy(model.head(flat), targets, reduction="none"))


def _tensor(ids: Integer[ndarray, " N"], device: torch.device) -> Int[Tensor, " N"]:
    return torch.from_numpy(ids.astype(np.int64)).to(device)
