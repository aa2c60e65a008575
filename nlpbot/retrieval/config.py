"""Settings of a retriever, and how they are chosen where none are given."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.dual_encoder import DualEncoderShape
from nlpbot.core.text.message_reader import TokenKind
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training.config import TrainSettings

__all__ = ["MeaningName", "RetrievalSettings", "choose_settings"]

MeaningName = Literal["dual", "sentences"]
TARGET_STEPS = 250
"""Mini-batches that a default run aims at."""
MAX_EPOCHS = 25


class RetrievalSettings(Settings):
    """Settings of a retriever."""

    moved: ClassVar[Mapping[str, str]] = {
        "dropout": "network.dropout",
        "hidden": "network.hidden",
        "size": "network.size",
    }

    data: tuple[str, ...] = ()
    """Files of topics or of questions and answers, relative to the settings file, or names of the catalogue."""
    meaning: MeaningName = "dual"
    """What texts are compared by beside their words: a dual encoder that learns from these questions and answers, to
    which the settings below belong, or the sentence encoder that is given, as it is."""
    tokens: TokenKind = "word"
    """What a token is."""
    vocabulary: int = Field(6000, ge=100)
    """Most tokens in the vocabulary."""
    max_tokens: int = Field(32, ge=4)
    """Tokens read of a question or answer."""
    network: DualEncoderShape = DualEncoderShape()
    """The shape of the dual encoder."""
    word2vec: Word2VecSettings = Word2VecSettings(dim=64, epochs=5, window=8)
    """The vectors it starts from, trained on the same questions and answers unless a bundle of vectors is given."""
    train: TrainSettings = TrainSettings(epochs=12, batch_size=64)
    """How the dual encoder is trained."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same retriever."""


def choose_settings(questions: int, *, meaning: MeaningName = "dual", seed: int = 0) -> RetrievalSettings:
    """Return settings that suit a number of questions, and what their meaning is compared by."""
    batch = 64 if questions < 20_000 else 128
    epochs = min(max(round(TARGET_STEPS * batch / max(questions, 1)), 1), MAX_EPOCHS)
    return RetrievalSettings(
        meaning=meaning,
        train=TrainSettings(epochs=epochs, batch_size=batch, learning_rate=3e-3, weight_decay=0.02),
        seed=seed,
    )
