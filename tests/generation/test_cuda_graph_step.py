import copy
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
import torch

from nlpbot.generation.cuda_graph_step import WARM_UPS, CudaGraphCapture, CudaGraphStep, bucket_of

TEXTS = [[1, 2, 3], [4, 4, 0], [10, 9, 8], [7, 7, 7], [5, 6, 5]]
BUCKETS = [(1, 1, 1), (1, 32, 1), (2, 32, 2), (3, 32, 4), (17, 32, 32), (17, 20, 20), (33, 64, 64)]


class Recorded:
    """A stand-in for capturing: remembers what was captured and how often it was launched."""

    def __init__(self):
        self.launches = []

    def __call__(self, launch):
        launch()  # as warming up does
        number = len(self.launches)
        self.launches.append(0)

        def replay():
            self.launches[number] += 1
            launch()

        return replay


@pytest.mark.parametrize(("count", "rows", "bucket"), BUCKETS)
def test_rows_are_rounded_up_to_a_power_of_two_or_to_all_there_are(count, rows, bucket):
    assert bucket_of(count, rows) == bucket


def test_each_bucket_is_captured_once_and_then_replayed(network):
    capture = Recorded()
    step = CudaGraphStep(network(embedding=6), rows=5, capture=capture)
    for count in (1, 3, 4, 5, 3, 1):
        step.advance([1] * count)
    assert capture.launches == [2, 3, 1]  # buckets of 1, 4 and all 5
    step.advance_and_choose([1, 2], [0.0, 0.0], [0.5, 0.5])
    step.advance_and_choose([1, 2], [1.0, 0.0], [0.5, 0.5])
    assert capture.launches == [2, 3, 1, 1, 1]  # sampling is another graph


def test_capturing_in_the_middle_of_texts_changes_none_of_them(network, plain):
    """Five rows are live when the graph of four is captured, whose warm-up advances rows."""
    model = network(embedding=6, layers=2)
    step = CudaGraphStep(model, rows=5, capture=Recorded())
    for tokens in zip(*TEXTS, strict=True):
        step.advance(tokens)
    step.advance_and_choose([1, 1, 1, 1], [1.0] * 4, [0.5] * 4)
    expected = plain(model, [[*text, 1] for text in TEXTS[:4]])
    assert torch.allclose(step.scores(4), expected, atol=1e-5)


class FakeCuda:
    """What `CudaGraphCapture` asks of `torch.cuda`, in the order in which it is asked."""

    def __init__(self):
        self.asked = []

    def graph_pool_handle(self):
        return "pool"

    def Stream(self):  # noqa: N802
        return SimpleNamespace(name="side", wait_stream=lambda other: self.asked.append(f"side waits for {other.name}"))

    def current_stream(self):
        return SimpleNamespace(name="main", wait_stream=lambda other: self.asked.append(f"main waits for {other.name}"))

    @contextmanager
    def stream(self, stream):
        self.asked.append(f"on {stream.name}")
        yield

    def CUDAGraph(self):  # noqa: N802
        return SimpleNamespace(replay=lambda: self.asked.append("replay"))

    @contextmanager
    def graph(self, graph, *, pool):
        self.asked.append(f"capture in {pool}")
        yield
        self.asked.append("captured")


def test_a_launch_is_warmed_up_on_a_side_stream_then_captured_then_replayed(monkeypatch):
    cuda = FakeCuda()
    monkeypatch.setattr(torch, "cuda", cuda)
    capture = CudaGraphCapture()
    replay = capture(lambda: cuda.asked.append("launch"))
    warming = ["side waits for main", "on side", *["launch"] * WARM_UPS, "main waits for side"]
    assert cuda.asked == [*warming, "capture in pool", "launch", "captured"]
    replay()
    assert cuda.asked[-1] == "replay"


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_graphs_give_the_scores_of_the_model_on_the_cpu(network, after, plain, torch_step, layers, count):
    model = network(embedding=6, layers=layers)
    step = torch_step(copy.deepcopy(model), graphs=True, rows=5)
    assert torch.allclose(after(step, TEXTS[:count]), plain(model, TEXTS[:count]), atol=1e-4)


def test_graphs_choose_what_single_kernels_choose(network, torch_step):
    model = network(embedding=6, tied=True)
    graphs, kernels = (torch_step(copy.deepcopy(model), graphs=graphs, rows=3) for graphs in (True, False))
    draws = torch.rand(40, 3, generator=torch.Generator().manual_seed(0)).tolist()
    for row in draws:
        ours, theirs = (step.advance_and_choose([1, 2, 3], [0.0, 0.7, 3.0], row) for step in (graphs, kernels))
        assert [token for token, _ in ours] == [token for token, _ in theirs]
        assert [value for _, value in ours] == pytest.approx([value for _, value in theirs], abs=1e-4)
