"""From settings and text files to a corpus on disk, prepared once: a run that is resumed finds it as it was.

::

    OUT.partial/train.ids, valid.ids     the corpus as numbers, mapped into memory
    OUT.partial/corpus.json              its tokenizer; written last
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from filecmp import cmp
from pathlib import Path

from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.kernel.targets import PREPARED
from nlpbot.core.text.corpus import read_text, text_bytes
from nlpbot.core.text.tokenizer import tokenizer_from_json
from nlpbot.lm.config import LmSettings, TokenizerName, choose_settings
from nlpbot.lm.data import MEASURED_TOKENS, Corpus, Pieces, train_tokenizer

__all__ = ["Request", "describe_run", "prepare", "read_request"]

MEASURED_A_MINUTE, LEAST_MEASURED = 40_000, 1_000
"""Tokens that are measured on, for each minute of a time budget, and at least: in little time little can be."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: settings, the files to train on, and the file to validate on, if it has its own."""

    settings: LmSettings
    texts: tuple[Path, ...]
    valid: Path | None

    def hashes(self) -> dict[str, str]:
        """Return name to SHA-256 of each text.

        Raises:
            DataError: one can't be read.
        """
        return hashes_of([*self.texts, *([self.valid] if self.valid is not None else [])])


def read_request(
    sources: Sequence[Path],
    *,
    tokenizer: TokenizerName | None = None,
    minutes: float | None = None,
    valid: Path | None = None,
    seed: int | None = None,
) -> Request:
    """Return what a settings file, or text files with some options, ask for.

    Raises:
        ConfigError: the settings are wrong, or an option doesn't go with them.
        DataError: a text can't be read, or is empty.
    """
    if len(sources) == 1 and sources[0].suffix == ".toml":
        if tokenizer is not None:
            raise ConfigError(f"{sources[0].name}: --tokenizer goes with text files; set tokenizer.kind in the file")
        return _checked(_read_settings(sources[0], minutes=minutes, valid=valid, seed=seed))
    settings = choose_settings(_characters(sources), tokenizer=tokenizer or "char", minutes=minutes, seed=seed or 0)
    named = {"corpus": tuple(map(str, sources)), "valid": str(valid) if valid is not None else None}
    return _checked(Request(settings.model_copy(update=named), tuple(sources), valid))


def prepare(request: Request, folder: Path, *, resume: bool = False) -> Corpus:
    """Return the corpus of a request as files in a folder; with `resume` what an earlier call left there, if it did.

    Raises:
        ConfigError: a character was never seen and the tokenizer can't write it.
        DataError: a text can't be read, or is empty.
    """
    settings, kept = request.settings, folder / PREPARED
    if resume and kept.is_file():
        tokenizer = tokenizer_from_json(json.loads(kept.read_text(encoding="utf-8")))
        return _measurable(Corpus.read(folder, tokenizer), settings)
    pieces = Pieces(request.texts, text=settings.text)
    held = Pieces([request.valid]) if request.valid is not None else None
    train, valid = (pieces, held) if held is not None else pieces.split(settings.valid_fraction)
    tokenizer = train_tokenizer(train, settings.tokenizer)
    corpus = Corpus.of(train, valid, tokenizer, folder=folder)
    fresh = folder / f"{PREPARED}.new"
    fresh.write_text(json.dumps(tokenizer.to_json()), encoding="utf-8")
    fresh.replace(kept)
    return _measurable(corpus, settings)


def describe_run(settings: LmSettings, corpus: Corpus) -> str:
    """Return in words what is trained, on what, and for how long."""
    network, train = settings.network, settings.train
    lengths = ((train.minutes, "min"), (train.epochs, "epochs"), (train.steps, "steps"))
    length = next(f"{value:g} {unit}" for value, unit in lengths if value is not None)
    sizes = f"{len(corpus.train):,} tokens to train on, {len(corpus.valid):,} to validate on"
    shape = f"LSTM {network.layers}×{network.hidden} over {settings.tokenizer.kind}s"
    return f"{shape}, {length}: {sizes}, {len(corpus.tokenizer.vocabulary):,} symbols"


def _checked(request: Request) -> Request:
    """Refuse to validate on a text that is trained on."""
    valid = request.valid
    if valid is None or not valid.is_file():  # what is not there is reported when it is read
        return request
    for text in request.texts:
        if text.is_file() and cmp(text, valid, shallow=False):
            raise ConfigError(f"{valid}: the same text as {text}, which is trained on; another expected to validate on")
    return request


def _characters(paths: Sequence[Path]) -> int:
    """Return about how many characters there are, by the start of each text."""
    starts = [next(read_text(path)) for path in paths]
    sizes = (text_bytes(path) * len(start) / len(start.encode()) for path, start in zip(paths, starts, strict=True))
    return round(sum(sizes))


def _read_settings(path: Path, *, minutes: float | None, valid: Path | None, seed: int | None) -> Request:
    settings = with_seed(load_settings(path, LmSettings), seed)
    if settings.text is None and not settings.corpus:
        raise ConfigError(f"{path.name}: corpus: at least one text file expected, or text")
    if minutes is not None:
        train = settings.train.model_copy(update={"minutes": minutes, "steps": None, "epochs": None})
        settings = settings.model_copy(update={"train": train})
    if valid is not None:
        settings = settings.model_copy(update={"valid": str(valid)})
    elif settings.valid is not None:
        valid = find_data(settings.valid, path.parent)
    return Request(settings, tuple(find_data(name, path.parent) for name in settings.corpus), valid)


def _measurable(corpus: Corpus, settings: LmSettings) -> Corpus:
    """Return the corpus, of which no more is measured on than a time budget allows."""
    minutes = settings.train.minutes
    if minutes is None:
        return corpus
    return replace(corpus, most_measured=min(max(round(MEASURED_A_MINUTE * minutes), LEAST_MEASURED), MEASURED_TOKENS))
