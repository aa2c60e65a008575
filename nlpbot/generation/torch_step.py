"""One time step of a language model for many texts at once, in torch, on any device, its weights laid out once for it.

`nn.LSTM` packs its weights anew at every call, which costs more than a step. Here the first layer's inputs are a table
of what each token adds to the gates, the states of all layers lie side by side so that a layer's input and its own
state are one matrix, and all results have their place. So a step is a fixed series of kernels over fixed memory, which
`CudaGraphStep` can capture.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from nlpbot.core.nn import LanguageModel, State
from nlpbot.generation.decoding import DecodingName, float_type
from nlpbot.generation.gate_table import gate_biases, gate_table, gate_weights
from nlpbot.generation.lstm_cell import cell_update, gates_in_order
from nlpbot.generation.sampling import MIN_TEMPERATURE
from nlpbot.generation.temperature_sampling import likeliest_rows, sampled_rows

__all__ = ["TorchStep"]


@dataclass(frozen=True, slots=True)
class _LayerViews:
    """Where one layer reads and writes, for a number of rows."""

    x: Float[Tensor, "B K"]
    """What it reads: the output below, of this step, and its own of the last."""
    update: Callable[[], None]
    """Turns the gates into the new cell and output."""


@dataclass(frozen=True, slots=True)
class _StepViews:
    """Where a step reads and writes, for a number of rows; made once, since each view costs as much as an operation."""

    tokens: Int[Tensor, " B"]
    temperatures: Float[Tensor, "B 1"]
    draws: Float[Tensor, "B 1"]
    gates: Float[Tensor, "B G"]
    layers: list[_LayerViews]
    output: Float[Tensor, "B H"]
    """Of the last layer."""
    scores: Float[Tensor, "B V"]
    chosen: Int[Tensor, " B"]
    log_probabilities: Float[Tensor, " B"]


class TorchStep:
    """The states of many texts, a row each, advanced together; see `RecurrentStep`.

    On a GPU the host waits for each choice: a step copies tokens there, and a token and its log-probability a row back.
    `scores` copies a whole vocabulary a row, which streams pay that set more than a temperature, and beam search.

    Args:
        model: put into evaluation mode; its weights are copied, so later training does not reach the step.
        rows: texts at most.
        decoding: the floats of weights and outputs, float32 in the place of int8; cells and choices stay float32.
    """

    def __init__(self, model: LanguageModel, *, rows: int, decoding: DecodingName = "float32") -> None:
        model.eval()
        self.decoding: DecodingName = "float32" if decoding == "int8" else decoding
        """How weights are multiplied."""
        floats, head = float_type(decoding), model.head

        def copied(weights: Tensor) -> Tensor:
            return weights.detach().to(floats, copy=True, memory_format=torch.contiguous_format)

        table = gate_table(model)
        self._table = None if table is None else copied(table)
        self._vectors = copied(_vectors(model)) if table is None else None
        self._first = copied(gates_in_order(model.layers[0].weight_ih_l0).T) if table is None else None
        self._biases = [copied(biases) for biases in gate_biases(model)]
        self._weights = [copied(weights.T) for weights in gate_weights(model)]
        linears = [model.project, head] if isinstance(model.project, nn.Linear) else [head]
        self._linears = [(copied(linear.bias), copied(linear.weight.T)) for linear in linears]

        layers, self._hidden = len(model.layers), model.config.hidden
        new = head.bias.detach().new_zeros
        self._outputs = new(rows, layers * self._hidden, dtype=floats)
        self._cells = new(layers, rows, self._hidden, dtype=torch.float32)
        self._gates = new(rows, 4 * self._hidden, dtype=floats)
        self._scores = new(rows, model.config.vocabulary, dtype=floats)
        self._tokens, self._chosen = new(2, rows, dtype=torch.long)
        self._conditions = new(2, rows, 1, dtype=torch.float32)
        """Temperatures and draws."""
        self._log_probabilities = new(rows, dtype=torch.float32)
        self._views: dict[int, _StepViews] = {}

    @torch.inference_mode()
    def advance(self, tokens: Sequence[int]) -> None:
        """Read a token in each of the first rows, from row 0 on."""
        self._tokens[: len(tokens)] = torch.tensor(tokens)
        self._compute(len(tokens), sample=False)

    @torch.inference_mode()
    def advance_and_choose(
        self, tokens: Sequence[int], temperatures: Sequence[float], draws: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Read a token in each of the first rows, and choose the next of each as `sampled_rows` does."""
        count, sample = len(tokens), max(temperatures) >= MIN_TEMPERATURE
        self._tokens[:count] = torch.tensor(tokens)
        if sample:
            self._conditions[:, :count, 0] = torch.tensor([temperatures, draws])
        self._compute(count, sample=sample)
        chosen, log_probabilities = self._chosen[:count].tolist(), self._log_probabilities[:count].tolist()
        return list(zip(chosen, log_probabilities, strict=True))

    @torch.inference_mode()
    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores of the next token in the first rows, as the last step found them, on the CPU."""
        return self._scores[:count].cpu().float()

    @torch.inference_mode()
    def start(self, row: int, state: State) -> None:
        """Put a state, of a batch of one, into a row."""
        outputs, cells = zip(*state, strict=True)
        self._outputs[row] = torch.cat(outputs, dim=1)[0]
        self._cells[:, row] = torch.cat(cells)

    @torch.inference_mode()
    def move(self, source: int, target: int) -> None:
        """Copy one row's state over another's."""
        self._outputs[target] = self._outputs[source]
        self._cells[:, target] = self._cells[:, source]

    @torch.inference_mode()
    def reorder(self, sources: Sequence[int]) -> None:
        """Put the states of some rows, which may come twice, into the first rows in that order."""
        rows = torch.tensor(sources, device=self._outputs.device)
        self._outputs[: len(rows)] = self._outputs[rows]
        self._cells[:, : len(rows)] = self._cells[:, rows]

    def _compute(self, count: int, *, sample: bool) -> None:
        """Read the tokens of the first rows, score and choose each one's next; all of it on the device."""
        views = self._views.get(count) or self._views.setdefault(count, self._views_of(count))
        self._add_tokens(views)
        for layer, at in enumerate(views.layers):
            added = views.gates if layer == 0 else self._biases[layer]
            torch.addmm(added, at.x, self._weights[layer], out=views.gates)
            at.update()
        features = views.output
        for biases, weights in self._linears[:-1]:
            features = torch.addmm(biases, features, weights)
        biases, weights = self._linears[-1]
        scores = torch.addmm(biases, features, weights, out=views.scores).float()
        if sample:
            chosen, log_probabilities = sampled_rows(scores, views.temperatures, views.draws)
        else:
            chosen, log_probabilities = likeliest_rows(scores)
        views.chosen.copy_(chosen)
        views.log_probabilities.copy_(log_probabilities)

    def _add_tokens(self, views: _StepViews) -> None:
        """Set the gates of the first layer to what the tokens add to them, looked up or computed."""
        if self._table is not None:
            torch.index_select(self._table, 0, views.tokens, out=views.gates)
        elif self._vectors is not None and self._first is not None:
            vectors = torch.index_select(self._vectors, 0, views.tokens)
            torch.addmm(self._biases[0], vectors, self._first, out=views.gates)

    def _views_of(self, count: int) -> _StepViews:
        layers, width, gates = [], self._hidden, self._gates[:count]
        for layer, cells in enumerate(self._cells):
            x = self._outputs[:count, max(layer - 1, 0) * width : (layer + 1) * width]
            output = self._outputs[:count, layer * width : (layer + 1) * width]
            layers.append(_LayerViews(x, cell_update(gates, cells[:count], output)))
        return _StepViews(
            tokens=self._tokens[:count],
            temperatures=self._conditions[0, :count],
            draws=self._conditions[1, :count],
            gates=gates,
            layers=layers,
            output=self._outputs[:count, -width:],
            scores=self._scores[:count],
            chosen=self._chosen[:count],
            log_probabilities=self._log_probabilities[:count],
        )


@torch.inference_mode()
def _vectors(model: LanguageModel) -> Float[Tensor, "V E"]:
    """Return the vector of each token."""
    return model.embed(torch.arange(model.config.vocabulary, device=model.head.bias.device)[:, None])[:, 0]
