"""A text classifier over a sentence encoder that knows its language already."""

from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.sentence_encoder import SentenceEncoder, SentenceEncoderConfig, Words

__all__ = ["SentenceClassifier", "SentenceClassifierConfig", "sentence_classification_loss"]


class SentenceClassifierConfig(Settings):
    """The shape of a sentence classifier."""

    encoder: SentenceEncoderConfig
    """The shape of what reads texts."""
    labels: int = Field(ge=2)
    """Labels to choose from."""


class SentenceClassifier(nn.Module):
    """Scores for each label of a text, linear in the vector of its encoder.

    Source: Howard and Ruder 2018, Universal language model fine-tuning for text classification.
    """

    def __init__(self, config: SentenceClassifierConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = SentenceEncoder(config.encoder)
        self.head = nn.Linear(config.encoder.size, config.labels)

    def forward(self, texts: Words) -> Float[Tensor, "B L"]:
        """Return the scores before softmax."""
        logits: Tensor = self.head(self.encoder(texts))
        return logits


def sentence_classification_loss(
    model: nn.Module, batch: tuple[Words, Int[Tensor, " B"]], state: None
) -> tuple[Float[Tensor, ""], None]:
    """Return the mean cross-entropy of texts with labels, in nats a text."""
    texts, labels = batch
    return F.cross_entropy(model(texts), labels), state
