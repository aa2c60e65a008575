"""Settings of a text classifier, and how they are chosen where none are given."""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.text_classifier import TextClassifierShape
from nlpbot.core.text.message_reader import TokenKind, mostly_hangul
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.training.config import TrainSettings

__all__ = ["ClassifySettings", "LstmSettings", "ModelName", "NetworkName", "TuningSettings", "choose_settings"]

ModelName = Literal["auto", "linear", "lstm", "encoder", "stacked"]
NetworkName = Literal["lstm", "encoder"]

TARGET_STEPS = 1500
"""Mini-batches that a default run aims at."""
MANY_TEXTS = 5_000
"""From here on an encoder's words are tuned too."""
TUNING_STEPS = 600
"""Those of tuning an encoder, which knows most already, where its words stay as they are."""
VERY_MANY_TEXTS = 20_000
"""From here on two epochs are enough to tune words too, otherwise four."""
PATIENCE = 3


class LstmSettings(Settings):
    """The LSTM and what it reads."""

    moved: ClassVar[Mapping[str, str]] = {
        "dropout": "network.dropout",
        "embedding_dropout": "network.embedding_dropout",
        "hidden": "network.hidden",
        "layers": "network.layers",
    }

    tokens: TokenKind = "word"
    """What a token is; subwords suit languages that build long words, such as Korean."""
    vocabulary: int = Field(20_000, ge=100)
    """Most tokens in the vocabulary."""
    min_count: int = Field(2, ge=1)
    """Rarer words are read as unknown."""
    max_tokens: int = Field(256, ge=8)
    """Tokens read of a text; the rest is passed over."""
    network: TextClassifierShape = TextClassifierShape()
    """The shape of the network."""
    word2vec: Word2VecSettings = Word2VecSettings(dim=100, min_count=2, epochs=10)
    """The vectors it starts from, trained on the same texts unless a bundle of vectors is given."""


class TuningSettings(Settings):
    """How a sentence encoder is tuned to tell labels apart."""

    max_tokens: int = Field(256, ge=8)
    """Words read of a text; the rest is passed over."""
    dropout: float = Field(0.3, ge=0, lt=1)
    """Probability that a feature of a word is dropped while tuning."""
    words: bool = False
    """Whether what the encoder knows of single words is tuned too, which takes longer; few texts would only blur it."""
    train: TrainSettings = TrainSettings(epochs=4, batch_size=32, learning_rate=1e-3, patience=PATIENCE)
    """How long and how fast."""


class ClassifySettings(Settings):
    """Settings of a text classifier."""

    data: tuple[str, ...] = ()
    """Labelled files, relative to the settings file, or names of the catalogue."""
    model: ModelName = "auto"
    """What is trained; auto trains all and serves what does best on texts held out."""
    network: NetworkName = "lstm"
    """Which network stands beside the linear model: an LSTM that learns from these texts alone, or a sentence encoder
    that is tuned to them; with `model` lstm or encoder it is that."""
    folds: int = Field(3, ge=2, le=3)
    """Inner folds, on which models are chosen, stacked and calibrated."""
    lstm: LstmSettings = LstmSettings()
    """The LSTM."""
    train: TrainSettings = TrainSettings(epochs=10, patience=PATIENCE)
    """How the LSTM is trained."""
    encoder: TuningSettings = TuningSettings()
    """How the sentence encoder is tuned."""
    seed: int = Field(0, ge=0)
    """The same seed gives the same model."""

    @property
    def networks(self) -> tuple[NetworkName, ...]:
        """The network that is trained, or none."""
        if self.model == "linear":
            return ()
        return (self.model if self.model in ("lstm", "encoder") else self.network,)

    @property
    def tunes_encoder(self) -> bool:
        """Whether a sentence encoder is tuned."""
        return self.networks == ("encoder",)


def choose_settings(
    texts: Sequence[str],
    *,
    labels: int,
    model: ModelName = "auto",
    network: NetworkName = "lstm",
    whole_words: bool = False,
    seed: int = 0,
) -> ClassifySettings:
    """Return settings that suit the size and language of the data.

    Args:
        texts: to be trained on.
        labels: how many different labels they have.
        model: what to train.
        network: which network stands beside the linear model.
        whole_words: whether to read words in any language, as given vectors are of words.
        seed: of everything random.
    """
    batch = 32 if len(texts) < 10_000 else 64
    epochs = min(max(round(TARGET_STEPS * batch / max(len(texts), 1)), 4), 30)
    hidden = 96 if labels <= 20 else 192
    tokens: TokenKind = "subword" if mostly_hangul(texts) and not whole_words else "word"
    many = len(texts) >= MANY_TEXTS
    few_epochs = min(max(round(TUNING_STEPS * batch / max(len(texts), 1)), 2), 10)
    tuned = few_epochs if not many else 4 if len(texts) < VERY_MANY_TEXTS else 2
    return ClassifySettings(
        model=model,
        network=network,
        lstm=LstmSettings(
            tokens=tokens,
            vocabulary=6000 if tokens == "subword" else 20_000,
            network=TextClassifierShape(hidden=hidden),
        ),
        train=TrainSettings(
            epochs=epochs,
            batch_size=batch,
            learning_rate=2e-3,
            weight_decay=0.05,
            validations=epochs,
            patience=PATIENCE,
        ),
        encoder=TuningSettings(
            words=many,
            dropout=0.5 if many else 0.3,
            train=TrainSettings(
                epochs=tuned,
                batch_size=batch,
                learning_rate=4e-3 if many else 1e-3,
                validations=tuned,
                patience=PATIENCE,
            ),
        ),
        seed=seed,
    )
