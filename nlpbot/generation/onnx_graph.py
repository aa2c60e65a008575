"""Write a language model's time step as a graph for ONNX Runtime, which runs it without coming back to Python.

Names in it: `outputs` and `cells` hold the states of all layers side by side; a number at the end of a name is that of
its layer.
"""

from typing import Any

import numpy as np
import onnx
import torch
from jaxtyping import Float
from torch import Tensor, nn

from nlpbot.core.nn import LanguageModel
from nlpbot.generation.decoding import DecodingName
from nlpbot.generation.gate_table import gate_biases, gate_table, gate_weights
from nlpbot.generation.lstm_cell import gates_in_order

__all__ = ["STEPS", "product_graph", "step_graph"]

LEAST_INT8_HEAD = 1 << 18
"""Weights from which on a head is worth 8 bits; a smaller one stays in the cache."""
STEPS, MIDDLE = 127, 128
"""Whole numbers on either side of zero, and the one that stands for zero where there is no sign."""
SMALLEST = 1e-12
"""Least scale, since a row of zeros is divided by it."""

LSTM = """
logits{i} = Add(product{i}, added{i})
gate_logits{i}, candidate_logits{i} = Split<axis=1>(logits{i}, three_and_one)
gates{i} = Sigmoid(gate_logits{i})
input_gate{i}, forget_gate{i}, output_gate{i} = Split<axis=1>(gates{i}, thirds)
candidate{i} = Tanh(candidate_logits{i})
kept{i} = Mul(forget_gate{i}, cell{i})
new{i} = Mul(input_gate{i}, candidate{i})
next_cell{i} = Add(kept{i}, new{i})
squashed{i} = Tanh(next_cell{i})
next_output{i} = Mul(output_gate{i}, squashed{i})
"""
SCALED = """
{y}_sizes = Abs({x})
{y}_peak = ReduceMax<axes=[1], keepdims=1>({y}_sizes)
{y}_step = Mul({y}_peak, per_step)
{y}_scale = Max({y}_step, smallest)
{y}_steps = Div({x}, {y}_scale)
"""
WHOLE = """
{y}_whole = QuantizeLinear({y}_steps, one, middle)
{y}_sums = com.microsoft.MatMulIntegerToFloat({y}_whole, {y}_weight, one, {y}_weight_scale, middle)
"""
CHOICE = """
likeliest = ArgMax<axis=1, keepdims=1>(scores)
chosen = If (sample) <
    then_branch = drawing () => (int64[B, 1] drawn) {
        tempered = Div(scores, temperatures)
        probabilities = Softmax<axis=1>(tempered)
        cumulative = CumSum(probabilities, along)
        whole = ReduceMax<axes=[1], keepdims=1>(cumulative)
        target = Mul(draws, whole)
        passed = LessOrEqual(cumulative, target)
        passed_one = Cast<to=1>(passed)
        counted = ReduceSum<keepdims=1>(passed_one, over)
        place = Cast<to=7>(counted)
        inside = Min(place, last)
        greedy = Less(draws, nothing)
        drawn = Where(greedy, likeliest, inside)
    },
    else_branch = taking () => (int64[B, 1] taken) { taken = Identity(likeliest) }
>
all_log_probabilities = LogSoftmax<axis=1>(scores)
log_probabilities = GatherElements<axis=1>(all_log_probabilities, chosen)
"""
"""The next tokens as `sampled_rows` chooses them; a draw below 0 takes the likeliest."""
CONSTANTS = {
    "per_step": np.float32(1 / STEPS),
    "smallest": np.float32(SMALLEST),
    "one": np.float32(1),
    "middle": np.uint8(MIDDLE),
}


class _Graph:
    """Nodes as text, and the numbers they read."""

    def __init__(self) -> None:
        self.nodes: list[str] = []
        self.numbers: dict[str, Any] = {}

    def product(self, x: str, weight: Float[Tensor, "N K"], y: str, decoding: DecodingName) -> None:
        """Add the product of `x` and a matrix, as `y`.

        In 8 bits each output has its scale, and so has each row of `x`, found at every product. Sums are exact, so a
        row's result is the same to the last bit whatever other rows run beside it. No such product may stand within a
        branch: there ONNX Runtime doesn't see its weights, and what keeps it exact without VNNI is left undone.

        Source: Jacob et al. 2018, Quantization and training of neural networks for efficient
        integer-arithmetic-only inference; Dettmers et al. 2022, LLM.int8() (a scale a row and a scale an output).
        """
        if decoding != "int8":
            self.nodes.append(f"{y} = MatMul({x}, {y}_weight)")
            self.numbers[f"{y}_weight"] = _array(weight.T)
            return
        scale = (weight.abs().amax(dim=1) / STEPS).clamp(min=SMALLEST)
        self.nodes += [SCALED.format(x=x, y=y), WHOLE.format(y=y), f"{y} = Mul({y}_sums, {y}_scale)"]
        self.numbers |= CONSTANTS
        self.numbers[f"{y}_weight"] = _array((weight / scale[:, None]).round().to(torch.int8).T)
        self.numbers[f"{y}_weight_scale"] = _array(scale)

    def written(self, inputs: str, outputs: str) -> bytes:
        """Return the graph as ONNX Runtime reads it."""
        head = '<ir_version: 9, opset_import: ["": 17, "com.microsoft": 1]>'
        nodes = "\n".join(self.nodes)
        model = onnx.parser.parse_model(f"{head} lstm ({inputs}) => ({outputs}) {{ {nodes} }}")
        model.graph.initializer.extend(
            onnx.numpy_helper.from_array(np.asarray(value), name) for name, value in self.numbers.items()
        )
        written: bytes = model.SerializeToString()
        return written


@torch.inference_mode()
def step_graph(model: LanguageModel, decoding: DecodingName) -> bytes:
    """Return the graph that reads `tokens`, a row each, and chooses the next ones.

    From `outputs` and `cells` come `next_outputs` and `next_cells`, the `scores` of the next tokens, and of these the
    `chosen` with their `log_probabilities`, by `temperatures` and `draws` if `sample` is true.
    """
    graph, hidden, layers = _Graph(), model.config.hidden, len(model.layers)
    graph.numbers |= {
        "three_and_one": np.array([3 * hidden, hidden]),
        "thirds": np.array([hidden] * 3),
        "each_layer": np.array([hidden] * layers),
    }
    graph.nodes += [
        f"{', '.join(f'{name}{i}' for i in range(layers))} = Split<axis=1>({name}s, each_layer)"
        for name in ("output", "cell")
    ]
    _add_entry(graph, model)
    for i, (weight, biases) in enumerate(zip(gate_weights(model), gate_biases(model), strict=True)):
        x = f"x{i}" if i else "output0"
        if i:
            graph.nodes.append(f"{x} = Concat<axis=1>(next_output{i - 1}, output{i})")
            graph.numbers[f"added{i}"] = _array(biases)
        graph.product(x, weight, f"product{i}", decoding)
        graph.nodes.append(LSTM.format(i=i))
    graph.nodes += [
        f"next_{name}s = Concat<axis=1>({', '.join(f'next_{name}{i}' for i in range(layers))})"
        for name in ("output", "cell")
    ]
    _add_head(graph, model, f"next_output{layers - 1}", decoding)
    state, row = f"float[B, {layers * hidden}]", "float[B, 1]"
    return graph.written(
        f"int64[B] tokens, {state} outputs, {state} cells, bool sample, {row} temperatures, {row} draws",
        f"{state} next_outputs, {state} next_cells, float[B, V] scores, int64[B, 1] chosen, {row} log_probabilities",
    )


def _add_head(graph: _Graph, model: LanguageModel, features: str, decoding: DecodingName) -> None:
    """Add the scores of the next tokens, and the choice among them."""
    if not isinstance(model.project, nn.Identity):
        graph.product(features, model.project.weight, "projected", "float32")
        graph.nodes.append("features = Add(projected, offset)")
        graph.numbers["offset"] = _array(model.project.bias)
        features = "features"
    large = model.head.weight.numel() >= LEAST_INT8_HEAD
    graph.product(features, model.head.weight, "product", decoding if large else "float32")
    graph.nodes += ["scores = Add(product, bias)", CHOICE]
    graph.numbers |= {"bias": _array(model.head.bias), "along": np.int64(1), "over": np.array([1])}
    graph.numbers |= {"last": np.int64(model.config.vocabulary - 1), "nothing": np.float32(0)}


def product_graph(weight: Float[Tensor, "N K"], decoding: DecodingName) -> bytes:
    """Return the graph from `x` to `y`, its product with a matrix."""
    graph, (outputs, inputs) = _Graph(), weight.shape
    graph.product("x", weight, "y", decoding)
    return graph.written(f"float[B, {inputs}] x", f"float[B, {outputs}] y")


def _add_entry(graph: _Graph, model: LanguageModel) -> None:
    """Add what the tokens add to the gates of the first layer: looked up, or where that is too large, computed."""
    table = gate_table(model)
    if table is not None:
        graph.nodes.append("added0 = Gather(table, tokens)")
        graph.numbers["table"] = _array(table)
        return
    vectors = model.embed(torch.arange(model.config.vocabulary)[:, None])[:, 0]
    graph.nodes += ["vectors = Gather(table, tokens)", "added0 = Gemm(vectors, entry, first_biases)"]
    graph.numbers["table"], graph.numbers["first_biases"] = _array(vectors), _array(gate_biases(model)[0])
    graph.numbers["entry"] = _array(gates_in_order(model.layers[0].weight_ih_l0).T)


def _array(numbers: Tensor) -> Any:
    return numbers.detach().contiguous().numpy()
