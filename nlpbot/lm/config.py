"""Settings of a language model, and how they are chosen where none are given."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field, model_validator

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.language_model import LanguageModelShape
from nlpbot.core.training.config import TrainSettings

__all__ = ["LmSettings", "TokenizerName", "TokenizerSettings", "choose_settings"]

TokenizerName = Literal["char", "word", "subword"]
SMALL_TEXT = 20_000
DEFAULT_MINUTES, SMALL_MINUTES = 3.0, 0.25
LONG_MINUTES = {"char": 20.0, "word": 6.0, "subword": 6.0}
"""From how many on a wider network is worth its time."""
MOST_VALIDATIONS = 10
READ_A_MINUTE = 2_000_000
"""Characters, about, on two cores."""
FEW_PASSES = {"char": 7, "word": 2, "subword": 2}
"""Times that a text can be read without much over-fitting."""
NOISE, FINISH_FRACTION = 1_500, 0.2
"""Tokens that stand for a large vocabulary, and the fraction of the steps, the last, that compare with all of it."""


class TokenizerSettings(Settings):
    """What a token is."""

    kind: TokenizerName = "char"
    """Characters, words between spaces, or subwords."""
    size: int = Field(10_000, ge=2)
    """Most tokens in the vocabulary, for words and subwords."""
    min_count: int = Field(1, ge=1)
    """Rarer words are read as unknown."""
    algorithm: Literal["bpe", "unigram"] = "bpe"
    """How subwords are found."""
    byte_fallback: bool = True
    """Whether characters never seen can be written as bytes, for char."""


class LmSettings(Settings):
    """Settings of a language model."""

    moved: ClassVar[Mapping[str, str]] = {
        "forget": "reset_probability",
        "patience": "train.patience",
        "train.finish_share": "finish_fraction",
        "valid_share": "valid_fraction",
        "validations": "train.validations",
    }

    corpus: tuple[str, ...] = ()
    """Text files, relative to the settings file."""
    text: str | None = None
    """The text itself, where it is short."""
    valid: str | None = None
    """Text file to validate on; without it the last tenth of the corpus is kept back."""
    valid_fraction: float = Field(0.1, ge=0, lt=0.5)
    """Fraction of the corpus that is kept back; 0 validates on nothing."""
    tokenizer: TokenizerSettings = TokenizerSettings()
    """What a token is."""
    network: LanguageModelShape = LanguageModelShape()
    """The shape of the network."""
    train: TrainSettings = TrainSettings(minutes=DEFAULT_MINUTES, learning_rate=3e-3)
    """How it is trained."""
    length: int = Field(100, ge=1)
    """Tokens through which gradients flow back."""
    reset_probability: float = Field(0.05, ge=0, le=1)
    """That a stream starts from an empty state before a mini-batch, as prompts do."""
    noise: int = Field(0, ge=0)
    """Tokens drawn in training to stand for a large vocabulary; 0 for all of it."""
    finish_fraction: float = Field(0.0, ge=0, le=1)
    """Fraction of the steps, the last ones, that use all of the vocabulary in spite of `noise`."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same model."""

    @model_validator(mode="after")
    def _each_has_an_effect(self) -> "LmSettings":
        if self.finish_fraction and not self.noise:
            raise ValueError("finish_fraction has an effect with noise only; noise is 0")
        return self


def choose_settings(
    characters: int, *, tokenizer: TokenizerName = "char", minutes: float | None = None, seed: int = 0
) -> LmSettings:
    """Return settings that suit the size of a text and the time there is.

    Args:
        characters: of the text.
        tokenizer: what a token is.
        minutes: time to spend; by default three, for a short text less.
        seed: of everything random.
    """
    small, words = characters < SMALL_TEXT, tokenizer != "char"
    minutes = minutes or (SMALL_MINUTES if small else DEFAULT_MINUTES)
    passes, long = minutes * READ_A_MINUTE / max(characters, 1), minutes >= LONG_MINUTES[tokenizer]
    if small:
        network, train = _for_little_text(words=words)
    elif words:
        network, train = _for_words(passes, long=long)
    else:
        network, train = _for_characters(passes, long=long)
    many = words and not small
    return LmSettings(
        tokenizer=TokenizerSettings(kind=tokenizer, min_count=2 if many else 1),
        network=network,
        train=TrainSettings(
            minutes=minutes,
            final_fraction=0.0,
            validations=_validations(minutes, passes, few=FEW_PASSES[tokenizer]),
            **train,
        ),
        length=35 if words else 64,
        noise=NOISE if many else 0,
        finish_fraction=FINISH_FRACTION if many else 0.0,
        seed=seed,
    )


Chosen = tuple[LanguageModelShape, dict[str, Any]]


def _for_little_text(*, words: bool) -> Chosen:
    network = LanguageModelShape(embedding=64 if words else 128, hidden=128, dropout=0.3 if words else 0.0)
    return network, {"learning_rate": 4e-3 if words else 8e-3, "batch_size": 8, "warmup_steps": 50}


def _for_words(passes: float, *, long: bool) -> Chosen:
    """A narrow network comes further in a few minutes, unless the text is so short that it over-fits meanwhile."""
    dropout, across = _dropout(0.2 + 0.06 * math.log(passes)), _dropout(0.14 * math.log(passes / 4))
    width, rate, whole = (400, 30.0, 0.1) if long or passes > FEW_PASSES["word"] else (256, 40.0, 0.0)
    network = LanguageModelShape(
        embedding=width, hidden=width, dropout=dropout, weight_drop=across, embedding_dropout=whole, tied=True
    )
    steps = {"optimizer": "sgd", "learning_rate": rate, "clip": 0.25, "weight_decay": 1.2e-6}
    return network, {**steps, "batch_size": 20, "warmup_steps": 150}


def _for_characters(passes: float, *, long: bool) -> Chosen:
    """A wide network comes through the text more slowly, so that it is held down from more passes on."""
    width, few = (768, 11) if long else (512, FEW_PASSES["char"])
    network = LanguageModelShape(hidden=width, dropout=_dropout(0.3 * math.log(passes / few)))
    steps = {"learning_rate": 8e-3, "weight_decay": 0.05} if long else {"learning_rate": 12e-3, "weight_decay": 0.1}
    return network, {**steps, "batch_size": 32, "warmup_steps": 50}


def _validations(minutes: float, passes: float, *, few: float) -> int:
    """Return how often to measure: about once a minute where a large text takes long, often where it may over-fit."""
    return MOST_VALIDATIONS if passes > few else round(min(max(minutes, 3), MOST_VALIDATIONS))


def _dropout(probability: float) -> float:
    """Return a dropout within its bounds; it rises with how often a text is read, as over-fitting does."""
    return round(min(max(probability, 0.0), 0.5), 2)
