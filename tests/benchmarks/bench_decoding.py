"""How fast a language model makes text: the plain ways, ours in floats and in 8 bits, and the machine's limit.

Run: `make bench`, or `python -m tests.benchmarks.bench_decoding`. About a minute, on a quiet machine. Networks are
randomly initialised (seed 0), tokens are the likeliest. Ways are timed in turns, so that noise meets all of them alike.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnxruntime
import torch

from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.kernel.threads import threads
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.generation import LanguageModelStepper, Prompt, Sampling, adds_exactly
from nlpbot.generation.onnx_graph import LEAST_INT8_HEAD, STEPS, product_graph
from nlpbot.generation.onnx_session import start_session

VOCABULARY, EMBEDDING, HIDDEN = 68, 128, 512
STREAMS = (1, 8, 32, 128)
THREADS = (1, 2)
ROUNDS = 7
ROUND_S = 0.03
BEYOND_CACHE = 1 << 26
"""Numbers in a buffer that no cache holds, 256 MiB."""
GEMM_ROWS = 128
ENDLESS = Sampling(temperature=0.0, max_tokens=1 << 40)
COLUMNS = ["way", "streams", "threads", "µs", "tokens/s", "× plain", "of the limit"]
"""Microseconds a step; against `nn.LSTM` serving the streams one after another; the fraction of what memory and
processor allow."""

Step = Callable[[], object]


def plain_step(model: LanguageModel, streams: int) -> Step:
    """`nn.LSTM`, a step a call."""
    tokens = torch.zeros(streams, 1, dtype=torch.long, device=model.head.bias.device)
    state = model.initial_state(streams)

    @torch.inference_mode()
    def step() -> None:
        nonlocal tokens, state
        logits, state = model(tokens, state)
        tokens = logits.argmax(dim=-1)
        tokens.tolist()

    return step


def cell_step(model: LanguageModel, streams: int) -> Step:
    """`nn.LSTMCell`, a cell a layer."""
    cells = []
    for layer in model.layers:
        cell = torch.nn.LSTMCell(layer.input_size, layer.hidden_size)
        cell.load_state_dict({name.removesuffix("_l0"): value for name, value in layer.state_dict().items()})
        cells.append(cell)
    tokens, state = torch.zeros(streams, dtype=torch.long), model.initial_state(streams)

    @torch.inference_mode()
    def step() -> None:
        nonlocal tokens
        x = model.embed(tokens[:, None])[:, 0]
        for index, cell in enumerate(cells):
            state[index] = cell(x, state[index])
            x = state[index][0]
        tokens = model.head(x).argmax(dim=-1)
        tokens.tolist()

    return step


def our_step(model: LanguageModel, streams: int, decoding: str, count: int) -> Step:
    """The stepper, as it serves."""
    stepper = LanguageModelStepper(model, slots=streams, decoding=decoding, thread_count=count)
    for stream in range(streams):
        stepper.admit(Prompt((stream % VOCABULARY,), ENDLESS))
    return stepper.step


WAYS: dict[str, Callable[[LanguageModel, int, int], Step]] = {
    "nn.LSTM": lambda model, streams, _: plain_step(model, streams),
    "LSTMCell": lambda model, streams, _: cell_step(model, streams),
    "float32": lambda model, streams, count: our_step(model, streams, "float32", count),
    "int8": lambda model, streams, count: our_step(model, streams, "int8", count),
}


def path_of_8_bits() -> str:
    """Return in words how 8-bit products are made on this processor."""
    if not adds_exactly():
        return "not exact here, so the rows of int8 multiply floats"
    count = 64
    largest = np.full((1, count), STEPS, dtype=np.float32)
    left_alone = onnxruntime.InferenceSession(product_graph(torch.from_numpy(largest), "int8"))
    if np.allclose(left_alone.run(None, {"x": largest})[0], count * STEPS**2):
        return "unsigned times signed"
    return "unsigned times unsigned, since unsigned times signed overflows here"


def seconds_of(step: Step, count: int) -> float:
    """Return the seconds of a step, over a short while."""
    with threads(count):
        step()
        steps, start = 0, time.perf_counter()
        while (passed := time.perf_counter() - start) < ROUND_S or steps < 3:
            step()
            steps += 1
    return passed / steps


def medians(contestants: dict[tuple[object, ...], tuple[Step, int]]) -> dict[tuple[object, ...], float]:
    """Return the median seconds of a step of each, timed in turns."""
    seen: dict[tuple[object, ...], list[float]] = {key: [] for key in contestants}
    for _ in range(ROUNDS):
        for key, (step, count) in contestants.items():
            seen[key].append(seconds_of(step, count))
    return {key: statistics.median(times) for key, times in seen.items()}


@dataclass(frozen=True, slots=True)
class Limit:
    """What one thread or two can read and multiply at most, measured here and now."""

    bytes_a_second: float
    products_a_second: float

    def seconds(self, weights: int, size_bytes: int, streams: int) -> float:
        """Return the least a step can take that reads all weights once and multiplies each for every stream."""
        return max(size_bytes / self.bytes_a_second, weights * streams / self.products_a_second)


def limits(weights: int) -> tuple[dict[str, Limit], float]:
    """Return the limits of floats and of whole numbers, and bytes a second from beyond the cache."""
    x, weight = torch.randn(GEMM_ROWS, HIDDEN), torch.randn(4 * HIDDEN, HIDDEN) / HIDDEN**0.5
    out, turned = torch.empty(GEMM_ROWS, 4 * HIDDEN), weight.T.contiguous()
    whole = {count: start_session(product_graph(weight, "int8"), count) for count in THREADS}
    held, held_whole, far = torch.randn(weights), torch.randn(weights // 4), torch.randn(BEYOND_CACHE)
    jobs: dict[str, Step] = {
        "float32": lambda: torch.dot(held, held),
        "int8": lambda: torch.dot(held_whole, held_whole),
        "far": lambda: torch.dot(far, far),
        "float32 product": lambda: torch.mm(x, turned, out=out),
        "int8 product": lambda: whole[torch.get_num_threads()].run(None, {"x": x.numpy()}),
    }
    with torch.inference_mode():
        found = medians({(name, count): (job, count) for name, job in jobs.items() for count in THREADS})
    best = {name: min(found[name, count] for count in THREADS) for name in jobs}
    products = GEMM_ROWS * weight.numel()
    kinds = {
        "float32": Limit(4 * weights / best["float32"], products / best["float32 product"]),
        "int8": Limit(weights / best["int8"], products / best["int8 product"]),
    }
    return kinds, 4 * BEYOND_CACHE / best["far"]


def bench(layers: int) -> None:
    """Print the table of one network."""
    torch.manual_seed(0)
    config = LanguageModelConfig(vocabulary=VOCABULARY, embedding=EMBEDDING, hidden=HIDDEN, layers=layers)
    model = LanguageModel(config).eval()
    head = HIDDEN * VOCABULARY
    weights = (2 * layers - 1) * 4 * HIDDEN**2 + head
    sizes = {"float32": 4 * weights, "int8": weights + (3 * head if head < LEAST_INT8_HEAD else 0)}
    found = medians(
        {
            (way, streams, count): (make(model, streams, count), count)
            for way, make in WAYS.items()
            for streams in STREAMS
            for count in THREADS
        }
    )
    kinds, far = limits(weights)
    alone = min(found["nn.LSTM", 1, count] for count in THREADS)
    rows = []
    for way in WAYS:
        kind = "int8" if way == "int8" else "float32"
        for streams in STREAMS:
            seconds, count = min((found[way, streams, count], count) for count in THREADS)
            fraction = kinds[kind].seconds(weights, sizes[kind], streams) / seconds
            numbers = [f"{seconds * 1e6:.0f}", f"{streams / seconds:,.0f}", f"{alone * streams / seconds:.1f}"]
            rows.append([way, str(streams), str(count), *numbers, f"{fraction:.0%}"])
    versions = f"torch {torch.__version__}, ONNX Runtime {onnxruntime.__version__}"
    print_table(f"{layers}×{HIDDEN}, {VOCABULARY} characters, {versions}", COLUMNS, rows)
    for kind, limit in kinds.items():
        note(
            f"limit, {kind}: weights at {limit.bytes_a_second / 1e9:.0f} GB/s where they stay in the cache "
            f"({far / 1e9:.0f} GB/s beyond it), {2 * limit.products_a_second / 1e9:.0f} GOP/s at {GEMM_ROWS} rows"
        )


if __name__ == "__main__":
    note(f"8-bit products: {path_of_8_bits()}")
    for depth in (1, 2):
        bench(depth)
