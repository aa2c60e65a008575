"""A language model: what comes next, after all that came before."""

from collections.abc import Callable

from jaxtyping import Float, Int
from pydantic import Field
from torch import Tensor, nn

from nlpbot.core.kernel.config import Settings
from nlpbot.core.nn.dropout import LockedDropout
from nlpbot.core.nn.embedding import Embedding
from nlpbot.core.nn.weight_drop import WeightDropLSTM

__all__ = ["LanguageModel", "LanguageModelConfig", "LanguageModelShape", "Score", "State"]

State = list[tuple[Tensor, Tensor]]
"""For each layer the output and the cell of the last step, each of shape (B, H)."""
Score = Callable[[Float[Tensor, "B T D"], nn.Linear], Tensor]
"""What is made of the features of a text by the layer that scores tokens."""


class LanguageModelShape(Settings):
    """The shape of a language model, whatever its vocabulary."""

    embedding: int = Field(128, ge=0)
    """Numbers in a token's vector; 0 feeds tokens one-hot, as the textbook does."""
    hidden: int = Field(512, ge=1)
    """Numbers in the state of a layer."""
    layers: int = Field(1, ge=1, le=8)
    """LSTM layers."""
    dropout: float = Field(0.0, ge=0, lt=1)
    """Probability that a feature is dropped before, between and after layers, the same ones at all time steps."""
    weight_drop: float = Field(0.0, ge=0, lt=1)
    """Probability that a weight from state to state is dropped."""
    embedding_dropout: float = Field(0.0, ge=0, lt=1)
    """Probability that a token of the vocabulary is dropped whole."""
    tied: bool = False
    """Whether tokens in and tokens out share their vectors. For sgd at high rates embedding and hidden are to be equal
    then: else a projection stands between, which makes it diverge."""


class LanguageModelConfig(LanguageModelShape):
    """The shape of a language model with its vocabulary."""

    vocabulary: int = Field(ge=1)
    """Tokens that can come."""


def _logits(features: Float[Tensor, "B T D"], head: nn.Linear) -> Float[Tensor, "B T V"]:
    logits: Tensor = head(features)
    return logits


class LanguageModel(nn.Module):
    """Embedding, LSTM layers, and a score for each token of the vocabulary.

    Source: Mikolov et al. 2010, Recurrent neural network based language model; Press and Wolf 2017 (tied weights);
    Glorot and Bengio 2010 (initial weights); Gers et al. 2000, Learning to forget (a bias for the forget gate).
    """

    def __init__(self, config: LanguageModelConfig) -> None:
        super().__init__()
        self.config = config
        width = config.embedding or config.vocabulary
        self.embedding = (
            Embedding(config.vocabulary, config.embedding, dropout=config.embedding_dropout)
            if config.embedding
            else None
        )
        widths = [width, *[config.hidden] * (config.layers - 1)]
        drop = config.weight_drop
        self.layers = nn.ModuleList(WeightDropLSTM(width, config.hidden, weight_drop=drop) for width in widths)
        self.locked = LockedDropout(config.dropout)
        needs_projection = config.tied and config.hidden != width
        self.project = nn.Linear(config.hidden, width) if needs_projection else nn.Identity()
        self.head = nn.Linear(width if config.tied else config.hidden, config.vocabulary)
        if config.tied:
            if self.embedding is None:
                raise ValueError("tied weights want an embedding")
            nn.init.normal_(self.embedding.table.weight, std=width**-0.5)
            self.head.weight = self.embedding.table.weight
        else:
            nn.init.xavier_uniform_(self.head.weight)
            if self.embedding is not None:
                nn.init.normal_(self.embedding.table.weight)
        for name, parameter in self.layers.named_parameters():
            nn.init.xavier_uniform_(parameter) if "weight" in name else nn.init.zeros_(parameter)
            if "bias_ih" in name:
                nn.init.ones_(parameter[config.hidden : 2 * config.hidden])  # remember until told otherwise
        nn.init.zeros_(self.head.bias)

    def initial_state(self, batch: int) -> State:
        """Return the state before anything was read."""
        parameter = self.head.bias
        zeros = parameter.new_zeros(batch, self.config.hidden)
        return [(zeros, zeros) for _ in self.layers]

    def embed(self, ids: Int[Tensor, "B T"]) -> Float[Tensor, "B T E"]:
        """Return the vectors that the first layer reads."""
        if self.embedding is None:
            return nn.functional.one_hot(ids, self.config.vocabulary).to(self.head.bias.dtype)
        vectors: Tensor = self.embedding(ids)
        return vectors

    def features(self, ids: Int[Tensor, "B T"], state: State | None = None) -> tuple[Float[Tensor, "B T D"], State]:
        """Return what `head` scores the next token by, after each token, and the state after the last."""
        state = self.initial_state(len(ids)) if state is None else state
        x = self.locked(self.embed(ids))
        after: State = []
        for layer, (output, cell) in zip(self.layers, state, strict=True):
            x, (output, cell) = layer(x, (output.unsqueeze(0), cell.unsqueeze(0)))
            after.append((output.squeeze(0), cell.squeeze(0)))
            x = self.locked(x)
        projected: Tensor = self.project(x)
        return projected, after

    def forward(
        self, ids: Int[Tensor, "B T"], state: State | None = None, score: Score = _logits
    ) -> tuple[Tensor, State]:
        """Return scores for the token after each token, and the state after the last.

        Args:
            ids: the text.
            state: what was read before left; None for nothing.
            score: what is made of the features by the head; by default (B, T, V) scores before softmax. A loss puts
                itself here, so that all of a training step goes through `forward`.
        """
        features, after = self.features(ids, state)
        return score(features, self.head), after
