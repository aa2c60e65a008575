"""A dual encoder: questions and answers as vectors of one space, near where they belong together."""

import torch
from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn
from torch.nn import functional as F

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.pooling import masked_max, masked_mean
from nlpbot.core.nn.recurrent import LSTMEncoder, length_mask

__all__ = ["DualEncoder", "DualEncoderConfig", "DualEncoderShape", "contrastive_loss"]

Questions = tuple[Int[Tensor, "B T"], Int[Tensor, " B"]]
Answers = tuple[Int[Tensor, "B U"], Int[Tensor, " B"]]
PairBatch = tuple[Questions, Answers, Int[Tensor, " B"]]


class DualEncoderShape(Settings):
    """The shape of a dual encoder, whatever its vectors and vocabulary."""

    hidden: int = Field(64, ge=1)
    """Numbers in the LSTM's state, in each direction."""
    size: int = Field(96, ge=1)
    """Numbers in the vector of a text."""
    dropout: float = Field(0.2, ge=0, lt=1)
    """Probability that a feature is dropped while training."""
    embedding_dropout: float = Field(0.1, ge=0, lt=1)
    """Probability that a token of the vocabulary is dropped whole."""


class DualEncoderConfig(DualEncoderShape):
    """The shape of a dual encoder with its vectors and vocabulary."""

    vocabulary: int = Field(ge=1)
    """Tokens that can come; id 0 is padding."""
    embedding: int = Field(100, ge=1)
    """Numbers in a token's vector."""


class DualEncoder(nn.Module):
    """One LSTM read by two heads, one for questions and one for answers.

    Source: Lowe et al. 2015, The Ubuntu dialogue corpus (dual LSTM encoder); Henderson et al. 2017, Efficient natural
    language response suggestion (answers of the batch as negatives).
    """

    def __init__(self, config: DualEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = Embedding(config.vocabulary, config.embedding, pad_id=0, dropout=config.embedding_dropout)
        self.locked = LockedDropout(config.dropout)
        self.encoder = LSTMEncoder(config.embedding, config.hidden, bidirectional=True)
        pooled = 2 * self.encoder.size
        self.question = nn.Linear(pooled, config.size)
        self.answer = nn.Linear(pooled, config.size)
        self.log_scale = nn.Parameter(torch.tensor(2.5))

    @property
    def scale(self) -> Float[Tensor, ""]:
        """What cosines are multiplied by to be scores before softmax."""
        return self.log_scale.clamp(max=4.6).exp()

    def _pool(self, ids: Tensor, lengths: Tensor) -> Tensor:
        mask = length_mask(lengths, ids.shape[1])
        states: Tensor = self.encoder(self.locked(self.embedding(ids)), lengths)
        return torch.cat([masked_mean(states, mask), masked_max(states, mask)], dim=-1)

    def encode_question(self, ids: Int[Tensor, "B T"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B S"]:
        """Return a vector of length 1 for each question."""
        return F.normalize(self.question(self._pool(ids, lengths)), dim=-1)

    def encode_answer(self, ids: Int[Tensor, "B T"], lengths: Int[Tensor, " B"]) -> Float[Tensor, "B S"]:
        """Return a vector of length 1 for each answer."""
        return F.normalize(self.answer(self._pool(ids, lengths)), dim=-1)

    def forward(
        self,
        question: tuple[Int[Tensor, "B T"], Int[Tensor, " B"]],
        answer: tuple[Int[Tensor, "A U"], Int[Tensor, " A"]],
    ) -> Float[Tensor, "B A"]:
        """Return a score for each question with each answer."""
        return self.scale * self.encode_question(*question) @ self.encode_answer(*answer).T


def contrastive_loss(model: nn.Module, batch: PairBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return how badly questions find their own answer among those of the batch, in nats a question.

    The batch is (questions, answers, groups); another row of the same group is a right answer too, so it is left out
    of the comparison.

    Source: Henderson et al. 2017, Efficient natural language response suggestion.
    """
    questions, answers, groups = batch
    scores: Tensor = model(questions, answers)
    twins = (groups[:, None] == groups[None, :]) & ~torch.eye(len(groups), dtype=torch.bool, device=groups.device)
    own = torch.arange(len(groups), device=scores.device)
    return F.cross_entropy(scores.masked_fill(twins, torch.finfo(scores.dtype).min), own), state
