"""A corpus as token ids: read in pieces, tokenized once into a file mapped into memory, and read in streams."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Integer
from numpy import ndarray
from torch import Tensor

from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.text.corpus import read_text, whole_words
from nlpbot.core.text.token_blocks import TokenBlocks
from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, Tokenizer, WordTokenizer
from nlpbot.core.text.vocabulary import END, UNKNOWN
from nlpbot.lm.config import TokenizerSettings

__all__ = [
    "MEASURED_TOKENS",
    "Corpus",
    "Pieces",
    "StreamBatches",
    "encode_pieces",
    "first_characters",
    "train_tokenizer",
]

FILES = "train.ids", "valid.ids"
CHUNK = 1 << 20
MEASURED_TOKENS = 200_000
"""Of the part kept back, on which models are measured while they are trained."""
SUBWORDS_FROM = 50_000_000
"""Characters from which subwords are learned; more of them hardly change what is frequent, and take memory."""
SHIFTED_FROM = 100
"""Steps from which an epoch may start some tokens later than the one before."""


class Pieces:
    """A text in pieces of about a million characters, none of which splits a word; it can be read again and again.

    Args:
        paths: of its files, whatever their size; each begins on a line of its own.
        text: the text itself, in place of files.
        start: characters that are left out at its start.
        stop: the character before which it ends, or None.

    Raises:
        DataError: a file can't be read, or there is no text.
    """

    def __init__(self, paths: Sequence[Path] = (), *, text: str | None = None, start: int = 0, stop: int | None = None):
        self._paths, self._text = tuple(paths), text
        self._start, self._stop = start, stop
        if not next(iter(self), "") and stop is None:
            raise DataError("the corpus is empty; text expected")

    def __iter__(self) -> Iterator[str]:
        place = 0
        for piece in whole_words(_chunks(self._paths)) if self._text is None else [self._text]:
            stop = len(piece) if self._stop is None else self._stop - place
            kept = piece[max(self._start - place, 0) : max(stop, 0)]
            if kept:
                yield kept
            place += len(piece)
            if self._stop is not None and place >= self._stop:
                return

    def split(self, share: float) -> tuple["Pieces", "Pieces"]:
        """Return all but the last `share` of the characters, and those."""
        characters = sum(map(len, self))
        cut = self._start + characters - int(characters * share)
        before = Pieces(self._paths, text=self._text, start=self._start, stop=cut)
        return before, Pieces(self._paths, text=self._text, start=cut, stop=self._start + characters)


def _chunks(paths: Iterable[Path]) -> Iterator[str]:
    """Yield the text of some files, each from the start of a line."""
    end = "\n"
    for path in paths:
        if end != "\n":
            yield "\n"
        for chunk in read_text(path):
            yield chunk
            end = chunk[-1]


def train_tokenizer(pieces: Iterable[str], settings: TokenizerSettings) -> Tokenizer:
    """Return the tokenizer of a corpus."""
    if settings.kind == "char":
        return CharacterTokenizer.train(pieces, byte_fallback=settings.byte_fallback)
    if settings.kind == "word":
        specials = (UNKNOWN, END)
        return WordTokenizer.train(pieces, max_size=settings.size, min_count=settings.min_count, specials=specials)
    start = first_characters(pieces, SUBWORDS_FROM)
    return SubwordTokenizer.train(start, size=settings.size, algorithm=settings.algorithm)


def encode_pieces(pieces: Iterable[str], tokenizer: Tokenizer, *, path: Path | None = None) -> Integer[ndarray, " N"]:
    """Return the ids of a text, as small as the vocabulary allows.

    Args:
        pieces: of the text.
        tokenizer: trained.
        path: the file to write them to, which is then mapped into memory; without one they are held in memory.

    Raises:
        ConfigError: a character was never seen and the tokenizer can't write it.
    """
    kind = _kind(tokenizer)
    parts = (_encode(piece, tokenizer, kind) for piece in pieces)
    if path is None:
        return np.concatenate([np.zeros(0, dtype=kind), *parts])
    with path.open("wb") as file:
        for part in parts:
            file.write(part.tobytes())
    return _mapped(path, kind)


def first_characters(pieces: Iterable[str], characters: int) -> Iterator[str]:
    """Yield the start of a text, of so many characters at most."""
    left = characters
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


@dataclass(frozen=True, slots=True)
class Corpus:
    """A tokenized text, and the part kept back to validate on, which may be empty; each of shape (tokens,).

    Attributes:
        most_measured: tokens of the part kept back that are measured on at most.
    """

    train: Integer[ndarray, " N"]
    valid: Integer[ndarray, " M"]
    tokenizer: Tokenizer
    most_measured: int = MEASURED_TOKENS

    @classmethod
    def of(
        cls, train: Iterable[str], valid: Iterable[str], tokenizer: Tokenizer, *, folder: Path | None = None
    ) -> "Corpus":
        """Return texts as ids, in files of a folder if one is given, else in memory."""
        paths = (folder / name if folder is not None else None for name in FILES)
        ids = (encode_pieces(text, tokenizer, path=path) for text, path in zip((train, valid), paths, strict=True))
        to_train, to_validate = ids
        return cls(to_train, to_validate, tokenizer)

    @classmethod
    def read(cls, folder: Path, tokenizer: Tokenizer) -> "Corpus":
        """Return the corpus that `of` wrote into a folder."""
        to_train, to_validate = (_mapped(folder / name, _kind(tokenizer)) for name in FILES)
        return cls(to_train, to_validate, tokenizer)

    @property
    def measured(self) -> Integer[ndarray, " K"]:
        """The start of the part kept back, on which models and baselines are measured while they are trained."""
        return self.valid[: self.most_measured]

    @property
    def bytes_a_token(self) -> float:
        """Bytes of UTF-8 text behind a token, by the start of the text to train on."""
        start = self.train[:CHUNK].tolist()
        return max(len(self.tokenizer.decode(start).encode()), 1) / max(len(start), 1)

    @property
    def counts(self) -> Integer[ndarray, " V"]:
        """How often each token comes in the text to train on."""
        size = len(self.tokenizer.vocabulary)
        parts = (self.train[start : start + CHUNK] for start in range(0, len(self.train), CHUNK))
        return sum((np.bincount(part, minlength=size) for part in parts), start=np.zeros(size, dtype=np.int64))


class StreamBatches:
    """A long text as parallel streams, `length` tokens a step.

    Each epoch of a long text starts some tokens later than the one before, so that blocks begin at other places.

    Args:
        ids: the text, maybe mapped into memory.
        batch: streams; fewer where the text is short.
        length: tokens a step.

    Raises:
        DataError: the text has fewer than two tokens.
    """

    def __init__(self, ids: Integer[ndarray, " N"], *, batch: int, length: int) -> None:
        if len(ids) < 2:  # nothing comes after the first
            raise DataError(f"{len(ids)} tokens to train on; at least 2 expected")
        self._ids, self._length = ids, length
        self._streams = min(batch, max(len(ids) // 2, 1))
        whole = TokenBlocks(ids, streams=self._streams, length=length)
        self._slack = length if len(whole) >= SHIFTED_FROM else 1
        self._steps = len(self._from(0))

    def _from(self, first: int) -> TokenBlocks:
        last = len(self._ids) - (self._slack - 1) + first
        return TokenBlocks(self._ids[first:last], streams=self._streams, length=self._length)

    def __len__(self) -> int:
        return self._steps

    @property
    def tokens(self) -> int:
        """Of a mini-batch, all streams together."""
        return self._streams * self._length

    def epoch(self, number: int) -> Iterator[tuple[Tensor, Tensor]]:
        """Return the steps of an epoch."""
        first = int(np.random.default_rng(number).integers(self._slack))
        yield from self._from(first if number else 0)


def _kind(tokenizer: Tokenizer) -> np.dtype:
    return np.dtype(np.uint16 if len(tokenizer.vocabulary) <= np.iinfo(np.uint16).max else np.int32)


def _mapped(path: Path, kind: np.dtype) -> Integer[ndarray, " N"]:
    # A file of no bytes can't be mapped.
    return np.memmap(path, dtype=kind, mode="r") if path.stat().st_size else np.zeros(0, dtype=kind)


def _encode(piece: str, tokenizer: Tokenizer, kind: np.dtype) -> Integer[ndarray, " N"]:
    try:
        return np.asarray(tokenizer.encode(piece), dtype=kind)
    except ValueError as error:
        raise ConfigError(f"{error}; set tokenizer.byte_fallback = true") from error
