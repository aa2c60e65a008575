"""One time step of a language model for many texts at once, in torch, on any device, its weights laid out once for it.

`nn.LSTM` packs its weights anew at every call, which costs more than a step. Here the first layer's inputs are a table
of what each token adds to the gates, the states of all layers lie side by side so that a layer's input and its own
state are one matrix, and all results have their place.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from nlpbot.core.nn import LanguageModel, State
from nlpbot.generation.gate_table import gate_biases, gate_table, gate_weights
from nlpbot.generation.lstm_cell import cell_update, gates_in_order
from nlpbot.generation.onnx_graph import DecodingName
from nlpbot.generation.temperature_sampling import sample_by_temperature

__all__ = ["TorchStep"]


@dataclass(frozen=True, slots=True)
class _LayerViews:
    """Where one layer reads and writes, for a number of rows."""

    x: Float[Tensor, "B K"]
    """What it reads: the output below, just made, and its own of the last step."""
    output: Float[Tensor, "B H"]
    gates: Float[Tensor, "B G"]
    update: Callable[[], None]
    """Turns the gates into the new cell and output."""


@dataclass(frozen=True, slots=True)
class _StepViews:
    """Where a step reads and writes, for a number of rows; made once, since each view costs as much as an operation."""

    layers: list[_LayerViews]
    output: Float[Tensor, "B H"]
    """Of the last layer."""
    scores: Float[Tensor, "B V"]


class TorchStep:
    """The states of many texts, a row each, advanced together; see `RecurrentStep`.

    Args:
        model: put into evaluation mode; its weights are copied, so later training does not reach the step.
        rows: texts at most.
    """

    def __init__(self, model: LanguageModel, *, rows: int) -> None:
        self.decoding: DecodingName = "float32"
        """How weights are multiplied."""
        self._model = model.eval()
        self._hidden = model.config.hidden
        self._first = gates_in_order(model.layers[0].weight_ih_l0).T.contiguous()
        self._biases = gate_biases(model)
        self._weights = [weight.T.contiguous() for weight in gate_weights(model)]
        head = model.head.weight.detach()
        self._head = head.T.contiguous()
        self._table = gate_table(model)
        self._outputs = head.new_zeros(rows, len(model.layers) * self._hidden)
        self._cells = head.new_zeros(len(model.layers), rows, self._hidden)
        self._gates = head.new_empty(rows, 4 * self._hidden)
        self._scores = head.new_empty(rows, model.config.vocabulary)
        self._views: dict[int, _StepViews] = {}
        self._project = None if isinstance(model.project, nn.Identity) else model.project

    @torch.inference_mode()
    def advance(self, tokens: Sequence[int]) -> None:
        """Read a token in each of the first rows, from row 0 on."""
        places = self._views_of(len(tokens)).layers
        self._add_tokens(torch.tensor(tokens, device=self._gates.device), places[0].gates)
        for layer, at in enumerate(places):
            added = at.gates if layer == 0 else self._biases[layer]
            torch.addmm(added, at.x, self._weights[layer], out=at.gates)
            at.update()

    @torch.inference_mode()
    def advance_and_choose(
        self, tokens: Sequence[int], temperatures: Sequence[float], draws: Sequence[float]
    ) -> list[tuple[int, float]]:
        """Read a token in each of the first rows, and choose the next of each by `sample_by_temperature`."""
        self.advance(tokens)
        return sample_by_temperature(self.scores(len(tokens)), temperatures, draws)

    @torch.inference_mode()
    def scores(self, count: int) -> Float[Tensor, "B V"]:
        """Return the scores of the next token in the first rows, on the CPU; the next call writes over them."""
        at = self._views_of(count)
        features = at.output if self._project is None else self._project(at.output)
        return torch.addmm(self._model.head.bias, features, self._head, out=at.scores).cpu()

    @torch.inference_mode()
    def start(self, row: int, state: State) -> None:
        """Put a state, of a batch of one, into a row."""
        outputs, cells = zip(*state, strict=True)
        self._outputs[row] = torch.cat(outputs, dim=1)
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

    def _add_tokens(self, tokens: Tensor, gates: Tensor) -> None:
        if self._table is None:
            torch.addmm(self._biases[0], self._model.embed(tokens[:, None])[:, 0], self._first, out=gates)
        else:
            torch.index_select(self._table, 0, tokens, out=gates)

    def _views_of(self, count: int) -> _StepViews:
        if count not in self._views:
            layers = self._layer_views(count)
            self._views[count] = _StepViews(layers, layers[-1].output, self._scores[:count])
        return self._views[count]

    def _layer_views(self, count: int) -> list[_LayerViews]:
        width, gates = self._hidden, self._gates[:count]
        places = []
        for layer, cells in enumerate(self._cells):
            x = self._outputs[:count, max(layer - 1, 0) * width : (layer + 1) * width]
            output = self._outputs[:count, layer * width : (layer + 1) * width]
            places.append(_LayerViews(x, output, gates, cell_update(gates, cells[:count], output)))
        return places
