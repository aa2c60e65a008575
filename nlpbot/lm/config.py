"""Settings of a language model, and how they are chosen where none are given."""

import math
from typing import Any, Literal

from pydantic import Field

from nlpbot.core.config import Settings
from nlpbot.core.training.config import TrainSettings

__all__ = ["LmSettings", "NetworkSettings", "TokenizerName", "TokenizerSettings", "choose_settings"]

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
NOISE, FINISH_SHARE = 1_500, 0.2
"""Tokens that stand for a large vocabulary, and the share of the steps at the end that compare with all of it."""


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


class NetworkSettings(Settings):
    """The shape of the network."""

    embedding: int = Field(128, ge=0)
    """Numbers in a token's vector; 0 feeds tokens one-hot, as the textbook does."""
    hidden: int = Field(512, ge=1)
    """Numbers in the state of a layer."""
    layers: int = Field(1, ge=1, le=8)
    """LSTM layers."""
    dropout: float = Field(0.0, ge=0, lt=1)
    """Share of features dropped, the same at all time steps."""
    weight_drop: float = Field(0.0, ge=0, lt=1)
    """Share of the weights from state to state that are dropped."""
    embedding_dropout: float = Field(0.0, ge=0, lt=1)
    """Share of the vocabulary dropped whole."""
    tied: bool = False
    """Whether tokens in and tokens out share their vectors. For sgd at high rates embedding and hidden are to be equal
    then: else a projection stands between, which makes it diverge."""


class LmSettings(Settings):
    """Settings of a language model."""

    corpus: tuple[str, ...] = ()
    """Text files, relative to the settings file."""
    text: str | None = None
    """The text itself, where it is short."""
    valid: str | None = None
    """Text file to validate on; without it the last tenth of the corpus is kept back."""
    valid_share: float = Field(0.1, ge=0, lt=0.5)
    """Share of the corpus that is kept back; 0 validates on nothing."""
    tokenizer: TokenizerSettings = TokenizerSettings()
    """What a token is."""
    network: NetworkSettings = NetworkSettings()
    """The shape of the network."""
    train: TrainSettings = TrainSettings(minutes=DEFAULT_MINUTES, learning_rate=3e-3)
    """How it is trained."""
    length: int = Field(100, ge=1)
    """Tokens through which gradients flow back."""
    forget: float = Field(0.05, ge=0, le=1)
    """Share of streams that start from an empty state before a mini-batch, as prompts do."""
    noise: int = Field(0, ge=0)
    """Tokens drawn in training to stand for a large vocabulary, but for its last `train.finish_share`; 0 for all."""
    validations: int = Field(MOST_VALIDATIONS, ge=1)
    """Times that the model is measured while it trains."""
    patience: int | None = Field(None, ge=1)
    """Validations without a better one after which training stops."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same model."""


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
        train=TrainSettings(minutes=minutes, final_share=0.0, **train),
        length=35 if words else 64,
        noise=NOISE if many else 0,
        validations=_validations(minutes, passes, few=FEW_PASSES[tokenizer]),
        seed=seed,
    )


Chosen = tuple[NetworkSettings, dict[str, Any]]


def _for_little_text(*, words: bool) -> Chosen:
    network = NetworkSettings(embedding=64 if words else 128, hidden=128, dropout=0.3 if words else 0.0)
    return network, {"learning_rate": 4e-3 if words else 8e-3, "batch_size": 8, "warmup_steps": 50}


def _for_words(passes: float, *, long: bool) -> Chosen:
    """A narrow network comes further in a few minutes, unless the text is so short that it over-fits meanwhile."""
    dropout, across = _share(0.2 + 0.06 * math.log(passes)), _share(0.14 * math.log(passes / 4))
    width, rate, whole = (400, 30.0, 0.1) if long or passes > FEW_PASSES["word"] else (256, 40.0, 0.0)
    network = NetworkSettings(
        embedding=width, hidden=width, dropout=dropout, weight_drop=across, embedding_dropout=whole, tied=True
    )
    steps = {"optimizer": "sgd", "learning_rate": rate, "clip": 0.25, "weight_decay": 1.2e-6}
    return network, {**steps, "batch_size": 20, "warmup_steps": 150, "finish_share": FINISH_SHARE}


def _for_characters(passes: float, *, long: bool) -> Chosen:
    """A wide network comes through the text more slowly, so that it is held down from more passes on."""
    width, few = (768, 11) if long else (512, FEW_PASSES["char"])
    network = NetworkSettings(hidden=width, dropout=_share(0.3 * math.log(passes / few)))
    steps = {"learning_rate": 8e-3, "weight_decay": 0.05} if long else {"learning_rate": 12e-3, "weight_decay": 0.1}
    return network, {**steps, "batch_size": 32, "warmup_steps": 50}


def _validations(minutes: float, passes: float, *, few: float) -> int:
    """Return how often to measure: about once a minute where a large text takes long, often where it may over-fit."""
    return MOST_VALIDATIONS if passes > few else round(min(max(minutes, 3), MOST_VALIDATIONS))


def _share(dropout: float) -> float:
    """Return a dropout within its bounds; it rises with how often a text is read, as over-fitting does."""
    return round(min(max(dropout, 0.0), 0.5), 2)
