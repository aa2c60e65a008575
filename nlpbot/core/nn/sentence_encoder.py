"""A sentence encoder: words by themselves and by their letters, LSTM in both directions, attention, one vector."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

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

__all__ = [
    "EncoderBatch",
    "SentenceEncoder",
    "SentenceEncoderConfig",
    "SentenceEncoderShape",
    "TaughtEncoder",
    "Words",
    "sentence_loss",
]


SHARPNESS = 20.0
"""What cosines with a teacher's vectors are multiplied by to be scores before softmax."""
CONTRAST = 0.3
"""Weight of pairs against teachers: with more, a few thousand questions are learned by heart."""


class Words(NamedTuple):
    """Some texts, each word of theirs once.

    Attributes:
        words: number of each word, 0 where it isn't known.
        parts: numbers of the parts of all words, one word after the other.
        starts: where those of each word start.
        places: of the words of each text among them.
        lengths: words of each text.
    """

    words: Int[Tensor, " W"]
    parts: Int[Tensor, " P"]
    starts: Int[Tensor, " W"]
    places: Int[Tensor, "B T"]
    lengths: Int[Tensor, " B"]


class SentenceEncoderShape(Settings):
    """The shape of a sentence encoder, whatever its vectors and words."""

    hidden: int = Field(192, ge=0)
    """Numbers in the LSTM's state, in each direction; 0 reads words in whatever order, without an LSTM."""
    size: int = Field(256, ge=1)
    """Numbers in the vector of a text."""
    dropout: float = Field(0.1, ge=0, lt=1)
    """Probability that a feature is dropped while training."""
    embedding_dropout: float = Field(0.1, ge=0, lt=1)
    """Probability that a word is dropped whole, so that it is read by its letters alone."""


class SentenceEncoderConfig(SentenceEncoderShape):
    """The shape of a sentence encoder with its vectors and words."""

    words: int = Field(ge=1)
    """Words that are known; id 0 is none of them."""
    parts: int = Field(ge=1)
    """Parts of words that are known; id 0 is none of them."""
    embedding: int = Field(100, ge=1)
    """Numbers in the vector of a word or part."""


class SentenceEncoder(nn.Module):
    """A vector of length 1 for each text.

    Source: Bojanowski et al. 2017, Enriching word vectors with subword information; Conneau et al. 2017, Supervised
    learning of universal sentence representations (the LSTM in both directions).
    """

    def __init__(self, config: SentenceEncoderConfig) -> None:
        super().__init__()
        self.config = config
        self.words = Embedding(config.words, config.embedding, pad_id=0, dropout=config.embedding_dropout)
        self.parts = nn.EmbeddingBag(config.parts, config.embedding, mode="mean", padding_idx=0)
        nn.init.normal_(self.parts.weight, std=config.embedding**-0.5)
        self.locked = LockedDropout(config.dropout)
        self.encoder = LSTMEncoder(config.embedding, config.hidden, bidirectional=True) if config.hidden else None
        pooled = config.embedding + 2 * config.hidden
        self.attention = AttentionPooling(pooled)
        self.head = nn.Linear(2 * pooled, config.size)

    def start_from(self, other: "SentenceEncoder") -> None:
        """Go on from an encoder without an LSTM, and read texts as it does: the LSTM at first has no say.

        Args:
            other: of the same words, parts and sizes.
        """
        with torch.no_grad():
            self.words.load_state_dict(other.words.state_dict())
            self.parts.load_state_dict(other.parts.state_dict())
            self.attention.score.load_state_dict(other.attention.score.state_dict())
            self.attention.project.bias.copy_(other.attention.project.bias)
            self.head.bias.copy_(other.head.bias)
            size, pooled = self.config.embedding, self.config.embedding + 2 * self.config.hidden
            self.attention.project.weight.zero_()
            self.attention.project.weight[:, :size] = other.attention.project.weight
            self.head.weight.zero_()
            self.head.weight[:, :size] = other.head.weight[:, :size]
            self.head.weight[:, pooled : pooled + size] = other.head.weight[:, size:]

    def forward(self, texts: Words) -> Float[Tensor, "B S"]:
        """Return the vectors of some texts."""
        by_letters: Tensor = self.parts(texts.parts, texts.starts)
        by_word: Tensor = self.words(texts.words[None])[0]
        vectors = self.locked((by_word + by_letters)[texts.places])
        mask = length_mask(texts.lengths, texts.places.shape[1])
        both = vectors
        if self.encoder is not None:
            both = torch.cat([vectors, self.encoder(vectors, texts.lengths)], dim=-1)
        pooled = torch.cat([self.attention(both, mask), masked_max(both, mask)], dim=-1)
        return F.normalize(self.head(pooled), dim=-1)


class TaughtEncoder(nn.Module):
    """A sentence encoder while it learns, with a layer for each teacher that says what the teacher would.

    Args:
        encoder: what stays.
        teachers: numbers in the vectors of each.
    """

    def __init__(self, encoder: SentenceEncoder, teachers: Mapping[str, int]) -> None:
        super().__init__()
        self.encoder = encoder
        self.teachers = nn.ModuleDict({name: nn.Linear(encoder.config.size, size) for name, size in teachers.items()})
        self.log_scale = nn.Parameter(torch.tensor(3.0))

    def start_from(self, other: "TaughtEncoder") -> None:
        """Go on from one whose encoder has no LSTM."""
        self.encoder.start_from(other.encoder)
        self.teachers.load_state_dict(other.teachers.state_dict())
        with torch.no_grad():
            self.log_scale.copy_(other.log_scale)

    @property
    def scale(self) -> Float[Tensor, ""]:
        """What cosines are multiplied by to be scores before softmax."""
        return self.log_scale.clamp(max=4.0).exp()

    def forward(
        self, texts: Sequence[Words], order: Int[Tensor, " B"]
    ) -> tuple[Float[Tensor, "B S"], dict[str, Tensor]]:
        """Return the vectors of some texts, and those that each teacher would give, of length 1.

        Args:
            texts: by like lengths, so that little is padding.
            order: where each text stands among them.
        """
        vectors = torch.cat([self.encoder(some) for some in texts])[order]
        return vectors, {name: F.normalize(head(vectors), dim=-1) for name, head in self.teachers.items()}


class EncoderBatch(NamedTuple):
    """What a step learns from: pieces of text, and after them pairs of texts that mean the same.

    Attributes:
        texts: all of them, by like lengths.
        order: where each stands among them: the pieces, one text of each pair, the other of each.
        taught: the vectors that each teacher gave, and of which texts.
        meanings: number of what each pair means; pairs of one meaning are no contrast.
    """

    texts: Sequence[Words]
    order: Int[Tensor, " B"]
    taught: Mapping[str, tuple[Int[Tensor, " R"], Float[Tensor, "R N"]]]
    meanings: Int[Tensor, " Q"]


def sentence_loss(model: nn.Module, batch: EncoderBatch, state: None) -> tuple[Float[Tensor, ""], None]:
    """Return how far texts are from where their teachers put them, and how badly a text finds what means the same.

    Source: Reimers and Gurevych 2020, Making monolingual sentence embeddings multilingual using knowledge distillation;
    van den Oord et al. 2018, Representation learning with contrastive predictive coding.
    """
    vectors, said = model(batch.texts, batch.order)
    loss = vectors.new_zeros(())
    for name, (rows, taught) in batch.taught.items():
        loss = loss + _far_from(said[name][rows], taught)
    pairs = len(batch.meanings)
    if pairs:
        one, other = vectors[len(vectors) - 2 * pairs :].chunk(2)
        loss = loss + CONTRAST * _not_found(model.scale * one @ other.T, batch.meanings)
    return loss, state


def _far_from(said: Float[Tensor, "R N"], taught: Float[Tensor, "R N"]) -> Float[Tensor, ""]:
    """Return how far texts are from where their teacher puts them, and how hard they are to tell apart there."""
    own = torch.arange(len(said), device=said.device)
    return F.cross_entropy(SHARPNESS * said @ taught.T, own) + (1 - (said * taught).sum(dim=-1)).mean()


def _not_found(scores: Float[Tensor, "Q Q"], meanings: Int[Tensor, " Q"]) -> Float[Tensor, ""]:
    """Return how badly each text finds its pair among the others, both ways; pairs of one meaning are no contrast."""
    own = torch.arange(len(meanings), device=scores.device)
    twins = (meanings[:, None] == meanings[None, :]) & (own[:, None] != own[None, :])
    scores = scores.masked_fill(twins, torch.finfo(scores.dtype).min)
    return (F.cross_entropy(scores, own) + F.cross_entropy(scores.T, own)) / 2
