"""How near the training of language models comes to the speed of plain matrix products on the same machine.

Run: `make bench`, or `python -m tests.benchmarks.bench_training`. Half a minute, on a quiet machine. Counted are the
products of forward and backward, six for each weight and token; all else (gates, dropout, softmax) is time lost.
Products and passes are timed in turns, so that noise meets both alike; medians.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch

from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.kernel.memory import keep_freed_memory
from nlpbot.core.nn import LanguageModel, LanguageModelConfig, SampledSoftmax, next_token_loss

ROUNDS = 15
SIDE = 2048
"""Of the square matrices whose product is the machine's limit."""
PTB_TOKENS, PTB_VOCABULARY = 929_589, 10_000


@dataclass(frozen=True)
class Case:
    """A network, its mini-batch, and the tokens that are drawn for the vocabulary, 0 for the full softmax."""

    name: str
    config: LanguageModelConfig
    batch: int
    length: int
    noise: int = 0


def word_model(width: int) -> LanguageModelConfig:
    """The shape of a word model of the Penn Treebank as it is trained by default: tied, without a projection."""
    return LanguageModelConfig(vocabulary=PTB_VOCABULARY, embedding=width, hidden=width, tied=True, dropout=0.3)


CASES = [
    Case("words 1×400, full softmax", word_model(400), 20, 35),
    Case("words 1×400, sampled softmax", word_model(400), 20, 35, noise=1_500),
    Case("words 1×800, full softmax", word_model(800), 20, 35),
    Case("words 1×800, sampled softmax", word_model(800), 20, 35, noise=1_500),
    Case("characters 1×512", LanguageModelConfig(vocabulary=321, embedding=128, hidden=512), 32, 64),
]


def zipf_counts() -> torch.Tensor:
    """Counts of words like those of a text."""
    shares = 1 / torch.arange(1, PTB_VOCABULARY + 1)
    return (PTB_TOKENS * shares / shares.sum()).long()


def passes(case: Case) -> tuple[Callable[[], None], float]:
    """Return forward and backward of a case, and its products in floating-point operations."""
    torch.manual_seed(0)
    model = LanguageModel(case.config)
    tokens = case.batch * case.length
    counts = zipf_counts()
    shares = counts[: case.config.vocabulary].float()
    ids = torch.multinomial(shares, 2 * tokens, replacement=True).view(2, case.batch, case.length)
    loss_fn = SampledSoftmax(counts, noise=case.noise, targets=tokens) if case.noise else next_token_loss
    layers = sum(weights.numel() for name, weights in model.layers.named_parameters() if "weight" in name)
    width = model.head.in_features
    scored = case.config.vocabulary
    if case.noise:
        drawn = torch.multinomial(counts**0.75, case.noise, replacement=True)
        scored = len(torch.unique(torch.cat([ids[1].flatten(), drawn])))
    operations = 6.0 * tokens * (layers + scored * width)

    def run() -> None:
        model.zero_grad(set_to_none=True)
        loss_fn(model, (ids[0], ids[1]), None)[0].backward()

    return run, operations


def seconds_of(call: Callable[[], object]) -> float:
    """Return how long a call took."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> None:
    """Print the table."""
    keep_freed_memory()  # as `lm train` does
    square = torch.randn(SIDE, SIDE)
    rows = []
    for case in CASES:
        run, operations = passes(case)
        run()
        times = [(seconds_of(run), seconds_of(lambda: square @ square)) for _ in range(ROUNDS)]
        ours, product = (statistics.median(side) for side in zip(*times, strict=True))
        rates = operations / ours / 1e9, 2 * SIDE**3 / product / 1e9
        share = f"{rates[0] / rates[1]:.2f}"
        rows.append([case.name, f"{1000 * ours:.1f}", f"{rates[0]:.0f}", f"{rates[1]:.0f}", share])
    columns = ["forward and backward", "ms", "GFLOP/s", "sgemm GFLOP/s", "share"]
    print_table("training", columns, rows)
    note(f"torch {torch.__version__}, {torch.get_num_threads()} threads, medians of {ROUNDS} rounds in turns, seed 0")


if __name__ == "__main__":
    main()
