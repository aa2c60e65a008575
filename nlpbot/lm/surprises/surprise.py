"""How surprising tokens and texts are to a language model, in nats; many streams are read at once."""

from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy import ndarray
from torch.nn import functional as F

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.nn import LanguageModel
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.tokenizer import Tokenizer
from nlpbot.lm.measure.reading import start_of_text
from nlpbot.lm.predictor import LmPredictor

__all__ = ["WARM_UP", "text_surprisals", "token_surprisals"]

BLOCK = 512
"""Time steps that are read at once, at most."""
BLOCK_SCORES = 1 << 23
"""Scores that are held at once, 32 MB of them."""
FEWEST_FOR_STREAMS = 20_000
"""Tokens from which a text is read as parallel streams."""
STREAMS = 16
WARM_UP = 512
"""Tokens before its own that a stream reads for its state; what came earlier has faded."""
BATCH = 64
"""Texts that are read together."""


def token_surprisals(
    model: LanguageModel, ids: Int[ndarray, " N"], device: torch.device, *, before: Int[ndarray, " M"]
) -> Float[ndarray, " N"]:
    """Return how surprising each token of a text is, in nats, after all that came before it.

    A long text is read as 16 streams, each of which reads 512 tokens before its own first.

    Args:
        model: in evaluation mode.
        ids: of the text.
        device: of the model.
        before: tokens that came before the text, at least 1; after an empty state.
    """
    streams = STREAMS if len(ids) >= FEWEST_FOR_STREAMS else 1
    whole = np.concatenate([before, ids])
    count = -(-len(ids) // streams)
    first = len(before) + count * np.arange(streams)
    start = np.maximum(first - WARM_UP, 0) if streams > 1 else np.zeros(1, dtype=np.int64)
    width = count + int((first - start).max())
    # What is read beyond the end of the text, or of a stream's own part, is left out again.
    places = np.minimum(start[:, None] + np.arange(width), len(whole) - 1)
    nats = _nats(model, whole[places], device)
    own = (first - start)[:, None] - 1 + np.arange(count)
    return np.take_along_axis(nats, own, axis=1).ravel()[: len(ids)]


def text_surprisals(predictor: LmPredictor, texts: Iterable[str]) -> Float[ndarray, " N"]:
    """Return how surprising each text is, in mean nats a token; higher is more abnormal, 0 for an empty text.

    Args:
        predictor: trained on what is normal.
        texts: each read by itself, as after a line's end.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
        TypeError: one text was given bare, or a value is no text.

    Source: Bishop 1994, Novelty detection and neural network validation.
    """
    start = start_of_text(predictor.tokenizer)
    rows = [start + _encode(predictor.tokenizer, text) for text in given_texts(texts)]
    order = sorted(range(len(rows)), key=lambda place: len(rows[place]))
    found = np.zeros(len(rows))
    for at in range(0, len(order), BATCH):
        batch = order[at : at + BATCH]
        lengths = np.array([len(rows[place]) - 1 for place in batch])
        padded = np.zeros((len(batch), int(lengths.max()) + 1), dtype=np.int64)
        for row, place in enumerate(batch):
            padded[row, : len(rows[place])] = rows[place]
        nats = _nats(predictor.model, padded, predictor.device)
        real = np.arange(nats.shape[1]) < lengths[:, None]
        found[batch] = np.where(real, nats, 0).sum(axis=1) / np.maximum(lengths, 1)
    return found


@torch.inference_mode()
def _nats(model: LanguageModel, rows: Int[ndarray, "B T"], device: torch.device) -> Float[ndarray, "B U"]:
    """Return how surprising each token but the first of each row is; a row's state is empty at first, then carried."""
    length = min(max(BLOCK_SCORES // (len(rows) * model.config.vocabulary), 1), BLOCK)
    state, parts = None, [torch.zeros(len(rows), 0)]
    for start in range(0, rows.shape[1] - 1, length):
        block = torch.from_numpy(rows[:, start : start + length + 1]).to(device)
        logits, state = model(block[:, :-1], state)
        parts.append(F.cross_entropy(logits.transpose(1, 2), block[:, 1:], reduction="none").cpu())
    return torch.cat(parts, dim=1).numpy()


def _encode(tokenizer: Tokenizer, text: str) -> list[int]:
    try:
        return tokenizer.encode(text)
    except ValueError as error:
        raise DataError(str(error)) from error
