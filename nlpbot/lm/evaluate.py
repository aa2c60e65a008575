"""Measure a language model on a text: nats, perplexity, bits a character; the whole text, never a sample."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from nlpbot.core.errors import DataError
from nlpbot.core.nn import LanguageModel
from nlpbot.core.text.batches import token_blocks
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.core.training import bits_per_character, perplexity
from nlpbot.lm.data import encode_pieces

__all__ = ["Loss", "evaluate_text", "mean_loss"]

STREAMS = 16
LENGTH = 128
FEWEST_FOR_STREAMS = 20_000
"""Shorter texts are read as one stream, since each stream starts without any context."""


@dataclass(frozen=True, slots=True)
class Loss:
    """Cross-entropy of a text."""

    nats: float
    """Of the whole text."""
    tokens: int
    """That were predicted."""

    @property
    def per_token(self) -> float:
        """Nats a token."""
        return self.nats / max(self.tokens, 1)


@torch.inference_mode()
def mean_loss(model: LanguageModel, ids: Tensor, device: torch.device, *, streams: int | None = None) -> Loss:
    """Return the loss of a text, its state carried from start to end.

    Args:
        model: put into evaluation mode.
        ids: of the text, of shape (tokens,), at least 2.
        device: of the model.
        streams: parallel pieces it is read in; 1 is exact, more lose the context at as many places.
    """
    model.eval()
    count = streams or (STREAMS if len(ids) >= FEWEST_FOR_STREAMS else 1)
    nats, tokens, state = 0.0, 0, None
    for inputs, targets in token_blocks(ids, batch=count, length=LENGTH):
        logits, state = model(inputs.to(device), state)
        loss = F.cross_entropy(logits.flatten(0, 1), targets.to(device).flatten(), reduction="sum")
        nats, tokens = nats + float(loss), tokens + targets.numel()
    return Loss(nats, tokens)


def evaluate_text(
    model: LanguageModel, tokenizer: Tokenizer, pieces: Sequence[str], device: torch.device
) -> dict[str, Any]:
    """Return the usual figures for a text, its state carried over the whole of it.

    Raises:
        DataError: the text has fewer than two tokens.
        ConfigError: a character was never seen and the tokenizer can't write it.
    """
    start = time.monotonic()
    ids = encode_pieces(pieces, tokenizer)
    if len(ids) < 2:  # nothing comes after the first
        raise DataError(f"{len(ids)} tokens to measure on; at least 2 wanted")
    loss = mean_loss(model, ids, device, streams=1)
    characters = sum(map(len, pieces)) * loss.tokens / max(len(ids), 1)
    return {
        "n": loss.tokens,
        "nats_per_token": loss.per_token,
        "perplexity": perplexity(loss.per_token),
        "bits_per_character": bits_per_character(loss.nats, max(round(characters), 1)),
        "seconds": round(time.monotonic() - start, 2),
        "protocol": "the whole text in one stream, state carried",
    }
