"""A corpus as token ids: read in pieces, tokenized, and cut into streams."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from nlpbot.core.errors import ConfigError, DataError
from nlpbot.core.text.batches import token_blocks
from nlpbot.core.text.corpus import read_text, whole_words
from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, Tokenizer, WordTokenizer
from nlpbot.core.text.vocabulary import END, UNKNOWN
from nlpbot.lm.config import TokenizerSettings

__all__ = ["StreamBatches", "corpus_pieces", "encode_pieces", "split_pieces", "train_tokenizer"]


def corpus_pieces(paths: Sequence[Path], text: str | None = None) -> list[str]:
    """Return the text of some files in pieces of about a million characters, none of which splits a word.

    Raises:
        DataError: a file can't be read, or there is no text.
    """
    chunks = (chunk for path in paths for chunk in read_text(path))
    pieces = list(whole_words(chunks)) if text is None else [text]
    if not any(pieces):
        raise DataError("the corpus is empty; text wanted")
    return pieces


def split_pieces(pieces: Sequence[str], share: float) -> tuple[list[str], list[str]]:
    """Return the first part of a text and its last `share`, counted in characters."""
    text_length = sum(map(len, pieces))
    left = text_length - int(text_length * share)
    before: list[str] = []
    after: list[str] = []
    for piece in pieces:
        cut = min(max(left, 0), len(piece))
        before += [piece[:cut]] if cut else []
        after += [piece[cut:]] if cut < len(piece) else []
        left -= len(piece)
    return before, after


def train_tokenizer(pieces: Sequence[str], settings: TokenizerSettings) -> Tokenizer:
    """Return the tokenizer of a corpus."""
    if settings.kind == "char":
        return CharacterTokenizer.train(pieces, byte_fallback=settings.byte_fallback)
    if settings.kind == "word":
        specials = (UNKNOWN, END)
        return WordTokenizer.train(pieces, max_size=settings.size, min_count=settings.min_count, specials=specials)
    return SubwordTokenizer.train(pieces, size=settings.size)


def encode_pieces(pieces: Sequence[str], tokenizer: Tokenizer) -> Tensor:
    """Return the ids of a text, of shape (tokens,).

    Raises:
        ConfigError: a character was never seen and the tokenizer can't write it.
    """
    kind = np.uint16 if len(tokenizer.vocabulary) <= np.iinfo(np.uint16).max else np.int32
    try:
        parts = [np.asarray(tokenizer.encode(piece), dtype=kind) for piece in pieces]
    except ValueError as error:
        raise ConfigError(f"{error}; set tokenizer.byte_fallback = true") from error
    return torch.from_numpy(np.concatenate(parts).astype(np.int64) if parts else np.zeros(0, dtype=np.int64))


class StreamBatches:
    """A long text as parallel streams, `length` tokens a step; every epoch reads it from the start.

    Raises:
        DataError: the text has fewer than two tokens.
    """

    def __init__(self, ids: Tensor, *, batch: int, length: int) -> None:
        if len(ids) < 2:  # nothing comes after the first
            raise DataError(f"{len(ids)} tokens to train on; at least 2 wanted")
        self._blocks = token_blocks(ids, batch=min(batch, max(len(ids) // 2, 1)), length=length)

    def __len__(self) -> int:
        return len(self._blocks)

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Tensor]]:  # noqa: ARG002  # the order of a text is its own
        """Return the steps of an epoch."""
        yield from self._blocks
