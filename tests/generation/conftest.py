"""A small language model, and what it says of short texts step by step and at once."""

import numpy as np
import onnx
import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.generation.cuda_graph_step import WARM_UPS, CudaGraphStep
from nlpbot.generation.torch_step import TorchStep


@pytest.fixture
def network():
    """Makes a model of 11 tokens and 10 numbers a state."""

    def make(**shape):
        torch.manual_seed(0)
        model = LanguageModel(LanguageModelConfig(vocabulary=11, hidden=10, **shape)).eval()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if "bias" in name:  # zeros, as they begin, would hide a gate in the wrong place
                    parameter.normal_()
        return model

    return make


@pytest.fixture
def after():
    """Makes a step read texts of one length, and tells the scores at their ends."""

    def read(step, texts):
        for tokens in zip(*texts, strict=True):
            step.advance(tokens)
        return step.scores(len(texts)).clone()

    return read


@pytest.fixture
def plain():
    """The same by the model itself."""

    def read(model, texts):
        with torch.inference_mode():
            return model(torch.tensor(texts))[0][:, -1]

    return read


@pytest.fixture(params=["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
def device(request):
    return torch.device(request.param)


def warmed(launch):
    """Captures as `CudaGraphCapture` does, but for the graph: warms up, and launches the same again."""
    for _ in range(WARM_UPS):
        launch()
    return launch


@pytest.fixture
def torch_step(device):
    """Makes a step of torch on the device, kernel by kernel or as a graph; on the CPU the graph is a stand-in."""

    def make(model, *, graphs, **options):
        if not graphs:
            return TorchStep(model.to(device), **options)
        return CudaGraphStep(model.to(device), capture=warmed if device.type == "cpu" else None, **options)

    return make


class Saturating:
    """A session of one 8-bit product as x86 without VNNI runs it: pairs of products are added in 16 bits."""

    def __init__(self, graph, thread_count):
        numbers = {
            each.name: onnx.numpy_helper.to_array(each) for each in onnx.load_from_string(graph).graph.initializer
        }
        self.weight, self.weight_scale = numbers["y_weight"].astype(int), numbers["y_weight_scale"]

    def run(self, outputs, inputs):
        scale = np.abs(inputs["x"]).max(axis=1, keepdims=True) / 127
        whole = np.rint(inputs["x"] / scale).astype(int) + 128
        products = whole[:, :, None] * self.weight
        if products.shape[1] % 2:
            products = np.pad(products, ((0, 0), (0, 1), (0, 0)))
        pairs = (products[:, ::2] + products[:, 1::2]).clip(-(1 << 15), (1 << 15) - 1)
        sums = pairs.sum(axis=1) - 128 * self.weight.sum(axis=0)
        return [(sums * self.weight_scale * scale).astype(np.float32)]


@pytest.fixture
def saturating():
    """Starts sessions that saturate."""
    return Saturating
