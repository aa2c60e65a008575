"""A copy of a language model that learns from each few tokens right after it has read them.

The gradient of the head, by far the largest matrix, is never written out: it is the product of two matrices with as
many rows as tokens were read, and stays so when its rows and columns are scaled. A step then costs little more than
reading the head and writing it once.
"""

import copy
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float, Int, Integer
from numpy import ndarray
from torch import Tensor

from nlpbot.core.nn import LanguageModel
from nlpbot.core.nn.language_model import State
from nlpbot.core.nn.next_token_loss import detached
from nlpbot.core.nn.weight_drop import WeightDropLSTM
from nlpbot.lm.measure.reading import Segment

__all__ = ["Gradient", "Learner", "Steps"]

STATISTICS_LENGTH = 20
"""Tokens behind each gradient whose square is averaged."""
SMOOTHING = 0.2
"""Of the usual size of a gradient, added to each, so that weights that hardly ever matter don't leap."""
TINY = 1e-30
"""Keeps from dividing by zero where nothing has a gradient."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """Of the mean loss of some tokens, in nats."""

    features: Float[Tensor, "T D"]
    errors: Float[Tensor, "T V"]
    """Probabilities less what came, divided by T; `errors.T @ features` is the gradient of the head's weight."""
    tokens: Int[Tensor, " U"]
    """That were read, each once; none where tokens are fed one-hot."""
    vectors: Float[Tensor, "U E"]
    """Gradient of their vectors."""
    body: tuple[Tensor, ...]
    """Of all other weights."""


@dataclass(frozen=True, slots=True)
class Steps:
    """How far each weight moves for its gradient; of matrices over the vocabulary the product of row and column."""

    head: tuple[Float[Tensor, "#V"], Float[Tensor, "#D"]]
    bias: Float[Tensor, "#V"]
    table: tuple[Float[Tensor, "#V"], Float[Tensor, "#E"]]
    body: tuple[Tensor, ...]

    @classmethod
    def alike(cls, model: LanguageModel) -> "Steps":
        """Return the same step for all weights: plain gradient descent."""
        learner = Learner(model)
        one = torch.ones(1, device=learner.bias.device)
        return cls((one, one), one, (one, one), tuple(one for _ in learner.body))

    @classmethod
    def by_size(cls, model: LanguageModel, ids: Integer[ndarray, " N"]) -> "Steps":
        """Return longer steps for weights whose gradients are small on a text: divided by their root mean square.

        For tokens the squares are those that the model itself expects. Those of the text would be nought for each token
        that it lacks, and a first step from there would lead anywhere, unless the text has all tokens many times.

        Args:
            model: that learns.
            ids: of the text, at least 2.

        Source: Krause et al. 2018, Dynamic evaluation of neural sequence models; Shazeer and Stern 2018, Adafactor (a
        mean square a row and a column instead of one a weight); Amari 1998, Natural gradient works efficiently in
        learning (squares to be expected by the model).
        """
        learner = Learner(model)
        squares = _Squares(learner)
        starts = range(0, len(ids) - 1, STATISTICS_LENGTH)
        for start in starts:
            segment, gradient = learner.read(ids[start : start + STATISTICS_LENGTH + 1])
            squares.add(gradient, segment.targets)
        return squares.steps(len(starts), tied=learner.tied)


class Learner:
    """A copy of a model, and the state that it carries; the model itself stays as it is.

    Args:
        model: trained; the copy is on its device.
    """

    def __init__(self, model: LanguageModel) -> None:
        self.model = copy.deepcopy(model).eval()
        for layer in self.model.modules():
            if isinstance(layer, WeightDropLSTM):
                layer.train()  # cuDNN has gradients only then; nothing is dropped all the same
                layer.weight_drop = 0.0
        self.head, self.bias = self.model.head.weight, self.model.head.bias
        self.table = self.model.embedding.table.weight if self.model.embedding is not None else None
        self.tied = self.table is self.head
        vocabulary = {id(self.head), id(self.bias), id(self.table)}
        self.body = [weight for weight in self.model.parameters() if id(weight) not in vocabulary]
        if self.model.embedding is not None:
            self.model.embedding.table.sparse = True
        weights = [
            self.head,
            self.bias,
            *self.body,
            *([self.table] if self.table is not None and not self.tied else []),
        ]
        self._weights = [(weight, weight.detach().clone()) for weight in weights]
        self._state: State | None = None

    def read(self, ids: Integer[ndarray, " T1"]) -> tuple[Segment, Gradient]:
        """Return how likely all tokens but the first were, after what was read before, and the gradient of that.

        Args:
            ids: at least 2; the first is the last that was read before.
        """
        tokens = torch.from_numpy(ids.astype(np.int64)).to(self.bias.device)
        targets = tokens[1:]
        features, state = self.model.features(tokens[None, :-1], self._state)
        self._state = detached(state)
        with torch.no_grad():
            flat = features[0].detach()
            log_probabilities = self.model.head(flat).log_softmax(-1)
            segment = Segment(flat, targets, log_probabilities.gather(1, targets[:, None])[:, 0])
            errors = log_probabilities.exp_()
            errors[torch.arange(len(targets), device=targets.device), targets] -= 1
            errors /= len(targets)
            back = errors @ self.head
        parts = [*self.body, *([self.table] if self.table is not None else [])]
        found = torch.autograd.grad(features, parts, back[None])
        body = found[: len(self.body)]
        if self.table is None:
            return segment, Gradient(flat, errors, targets[:0], flat[:0], body)
        table = found[-1].coalesce()
        return segment, Gradient(flat, errors, table.indices()[0], table.values(), body)

    @torch.no_grad()
    def learn(self, gradient: Gradient, steps: Steps, *, learning_rate: float, decay: float) -> None:
        """Move the weights back towards the trained ones by a fraction of the way, and then down the gradient.

        Args:
            gradient: of what was read last.
            steps: how far a weight moves for its gradient.
            learning_rate: times that.
            decay: the share, 0 to 1.
        """
        if decay:
            for weight, trained in self._weights:
                weight.lerp_(trained, decay)
        rows, columns = steps.head
        self.head.addmm_((gradient.errors * rows).T, gradient.features * columns, alpha=-learning_rate)
        self.bias.addcmul_(gradient.errors.sum(0), steps.bias, value=-learning_rate)
        for weight, slope, step in zip(self.body, gradient.body, steps.body, strict=True):
            weight.addcmul_(slope, step, value=-learning_rate)
        if self.table is not None:
            rows, columns = (step.expand(size) for step, size in zip(steps.table, self.table.shape, strict=True))
            moves = gradient.vectors * rows[gradient.tokens][:, None] * columns
            self.table.index_add_(0, gradient.tokens, moves, alpha=-learning_rate)


class _Squares:
    """Squared gradients, summed over a text; over the vocabulary those to be expected, by row and by column."""

    def __init__(self, learner: Learner) -> None:
        table = learner.table if learner.table is not None else learner.head
        self.head = [learner.head.new_zeros(size) for size in learner.head.shape]
        self.table = [table.new_zeros(size) for size in table.shape]
        self.bias = torch.zeros_like(learner.bias)
        self.body = [torch.zeros_like(weight) for weight in learner.body]

    @torch.no_grad()
    def add(self, gradient: Gradient, targets: Int[Tensor, " T"]) -> None:
        count = len(targets)
        probabilities = gradient.errors * count
        probabilities[torch.arange(count, device=targets.device), targets] += 1
        probabilities.clamp_(0, 1)
        features, vectors = gradient.features.square(), gradient.vectors.square()
        # As if the next token were drawn by the model, so that tokens which the text lacks have a size too.
        errors = probabilities * (1 - probabilities) / count**2
        self.bias += errors.sum(0)
        self.head[0] += features.sum(1) @ errors
        self.head[1] += errors.sum(1) @ features
        self.table[0] += probabilities.mean(0) * vectors.sum()
        self.table[1] += vectors.sum(0)
        for total, slope in zip(self.body, gradient.body, strict=True):
            total.addcmul_(slope, slope)

    def steps(self, count: int, *, tied: bool) -> Steps:
        head, table = self.head, self.table
        if tied:
            head = table = [both + read for both, read in zip(head, table, strict=True)]
        body = tuple(_step(total / count) for total in self.body)
        return Steps(_factors(count, *head), _step(self.bias / count), _factors(count, *table), body)


def _step(mean_square: Tensor) -> Tensor:
    size = mean_square.sqrt()
    return 1 / (size + SMOOTHING * size.mean() + TINY)


def _factors(count: int, rows: Float[Tensor, " V"], columns: Float[Tensor, " D"]) -> tuple[Tensor, Tensor]:
    size = (rows.sum() / (count * len(rows) * len(columns))).sqrt() + TINY
    by_row, by_column = (((total + TINY) / (total.mean() + TINY)).sqrt() + SMOOTHING for total in (rows, columns))
    return 1 / (size * by_row), 1 / by_column
