"""A text classifier: embedding, LSTM in both directions, attention and max pooling, a score for each label."""

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.attention import AttentionPooling
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.pooling import masked_max
from nlpbot.core.nn.recurrent import LSTMEncoder, length_mask

__all__ = ["TextClassifier", "TextClassifierConfig", "TextClassifierShape", "classification_loss"]

TextBatch = tuple[Int[Tensor, "B T"], Int[Tensor, " B"], Int[Tensor, " B"]]


class TextClassifierShape(Settings):
    """The shape of a text classifier, whatever its vectors, vocabulary and labels."""

    hidden: int = Field(96, ge=1)
    """Numbers in the LSTM's state, in each direction."""
    layers: int = Field(1, ge=1, le=4)
    """LSTM layers."""
    dropout: float = Field(0.4, ge=0, lt=1)
    """Probability that a feature is dropped before the LSTM and before the scores."""
    embedding_dropout: float = Field(0.1, ge=0, lt=1)
    """Probability that a token of the vocabulary is dropped whole."""


class TextClassifierConfig(TextClassifierShape):
    """The shape of a text classifier with its vectors, vocabulary and labels."""

    vocabulary: int = Field(ge=1)
    """Tokens that can come; id 0 is padding."""
    labels: int = Field(ge=2)
    """Labels to choose from."""
    embedding: int = Field(100, ge=1)
    """Numbers in a token's vector."""


class TextClassifier(nn.Module):
    """Scores for each label of a text.

    Source: Zhou et al. 2016, Attention-based bidirectional LSTM networks for relation classification.
    """

    def __init__(self, config: TextClassifierConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = Embedding(config.vocabulary, config.embedding, pad_id=0, dropout=config.embedding_dropout)
        self.locked = LockedDropout(config.dropout)
        self.encoder = LSTMEncoder(
            config.embedding, config.hidden, layers=config.layers, bidirectional=True, dropout=config.dropout
        )
        self.attention = AttentionPooling(self.encoder.size)
        self.dropout = nn.Dropout(config.dropout)
        self.head = nn.Linear(2 * self.encoder.size, config.labels)

    def forward(self, ids: Int[Tensor, "B T"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B L"]:
        """Return the scores before softmax."""
        mask = length_mask(lengths, ids.shape[1])
        states: Tensor = self.encoder(self.locked(self.embedding(ids)), lengths)
        pooled = torch.cat([self.attention(states, mask), masked_max(states, mask)], dim=-1)
        logits: Tensor = self.head(self.dropout(pooled))
        return logits


def classification_loss(model: nn.Module, batch: TextBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return the mean cross-entropy of (ids, lengths, labels), in nats a text."""
    ids, lengths, labels = batch
    return F.cross_entropy(model(ids, lengths), labels), state
