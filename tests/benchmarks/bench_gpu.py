"""What a GPU gives: streams of text, messages scored and steps of training, beside plain PyTorch, the memory, the CPU.

Run: `make bench-gpu`, or `python -m tests.benchmarks.bench_gpu`, where torch finds CUDA; some three minutes. With
`--decoding float16 bfloat16` text is made in those floats too. Networks are randomly initialised (seed 0), tokens are
the likeliest. What stands in one table is timed in turns; medians.
"""

import argparse
import copy
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import DeviceError
from nlpbot.core.nn import (
    LanguageModel,
    LanguageModelConfig,
    LeNet5,
    LeNet5Config,
    TextClassifier,
    TextClassifierConfig,
)
from nlpbot.generation import DecodingName, LanguageModelStepper, Prompt, Sampling
from nlpbot.generation.decoding import float_type
from tests.benchmarks.bench_decoding import plain_step
from tests.benchmarks.timing import Call, copied_bytes_a_second, medians_in_turns

CPU = torch.device("cpu")
ENDLESS = Sampling(temperature=0.0, max_tokens=1 << 40)
FLOATS: tuple[DecodingName, ...] = ("float32", "float16", "bfloat16")


CLASSIFIER = TextClassifierConfig(vocabulary=20_000, labels=2)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How large everything is."""

    streams: tuple[int, ...] = (1, 32, 256, 1024)
    text: tuple[LanguageModelConfig, ...] = (
        LanguageModelConfig(vocabulary=68, embedding=128, hidden=512),
        LanguageModelConfig(vocabulary=10_000, embedding=512, hidden=1024, layers=2),
    )
    messages: tuple[int, ...] = (1, 64, 1024)
    message_tokens: int = 32
    classifier: TextClassifierConfig = CLASSIFIER
    batch: tuple[int, int] = (32, 64)
    """Texts, and tokens of each, that a language model's step reads."""
    images: int = 128
    copied_bytes: int = 1 << 30
    rounds: int = 5
    round_s: float = 0.1


TINY = Sizes(
    streams=(1, 3),
    text=(LanguageModelConfig(vocabulary=7, embedding=4, hidden=8, layers=2),),
    messages=(1, 2),
    message_tokens=5,
    classifier=TextClassifierConfig(vocabulary=11, embedding=4, hidden=4, labels=2),
    batch=(2, 5),
    images=2,
    copied_bytes=1 << 16,
    rounds=1,
    round_s=0.001,
)
"""To see that everything runs."""


def our_step(model: LanguageModel, streams: int, decoding: DecodingName, *, cuda_graphs: bool) -> Call:
    """The stepper, as it serves."""
    stepper = LanguageModelStepper(model, slots=streams, decoding=decoding, cuda_graphs=cuda_graphs)
    for stream in range(streams):
        stepper.admit(Prompt((stream % model.config.vocabulary,), ENDLESS))
    return stepper.step


def decoding_table(
    config: LanguageModelConfig, sizes: Sizes, device: torch.device, decodings: Sequence[DecodingName]
) -> None:
    """Print what a step takes for many streams, against `nn.LSTM` with as many, and against reading the weights."""
    torch.manual_seed(0)
    model = LanguageModel(config).eval().to(device)
    calls: dict[tuple[str, DecodingName, int], tuple[Call, torch.device]] = {}
    for decoding in decodings:
        plain = copy.deepcopy(model).to(float_type(decoding))
        for streams in sizes.streams:
            calls["nn.LSTM", decoding, streams] = plain_step(plain, streams), device
            calls["stepper", decoding, streams] = our_step(model, streams, decoding, cuda_graphs=False), device
            if device.type == "cuda":
                graphs = our_step(model, streams, decoding, cuda_graphs=True)
                calls["stepper, CUDA graphs", decoding, streams] = graphs, device
    found = medians_in_turns(calls, rounds=sizes.rounds, round_s=sizes.round_s)
    speed = copied_bytes_a_second(device, sizes.copied_bytes, rounds=sizes.rounds, round_s=sizes.round_s)
    weights = sum(each.numel() for part in (model.layers, model.project, model.head) for each in part.parameters())
    rows = []
    for (way, decoding, streams), seconds in found.items():
        limit = weights * float_type(decoding).itemsize / speed
        times = found["nn.LSTM", decoding, streams] / seconds
        numbers = [f"{seconds * 1e6:.1f}", f"{streams / seconds:,.0f}", f"{times:.2f}", f"{limit / seconds:.1%}"]
        rows.append([way, decoding, str(streams), *numbers])
    title = f"text: {config.layers}×{config.hidden}, {config.vocabulary:,} tokens, {weights:,} weights"
    columns = ["way", "floats", "streams", "µs a step", "tokens/s", "× nn.LSTM", "of the memory's limit"]
    print_table(title, columns, rows)
    note(
        f"limit: all weights at {speed / 1e9:,.0f} GB/s, as a copy of {sizes.copied_bytes:,} bytes; caches can beat it"
    )


def scored(model: nn.Module, ids: Tensor, lengths: Tensor, device: torch.device) -> Call:
    """Scoring messages, from ids on the CPU to probabilities on the CPU."""

    @torch.inference_mode()
    def call() -> Tensor:
        logits: Tensor = model(ids.to(device), lengths.to(device))
        return logits.softmax(dim=1).cpu()

    return call


def messages_table(sizes: Sizes, device: torch.device) -> None:
    """Print how many messages are scored a second."""
    torch.manual_seed(0)
    model = TextClassifier(sizes.classifier).eval()
    models = {CPU: model, device: copy.deepcopy(model).to(device)}
    calls = {}
    for count in sizes.messages:
        ids = torch.randint(1, sizes.classifier.vocabulary, (count, sizes.message_tokens))
        lengths = torch.randint(1, sizes.message_tokens + 1, (count,))
        calls |= {(count, place): (scored(each, ids, lengths, place), place) for place, each in models.items()}
    found = medians_in_turns(calls, rounds=sizes.rounds, round_s=sizes.round_s)
    rows = []
    for count in sizes.messages:
        rates = count / found[count, CPU], count / found[count, device]
        rows.append([str(count), *(f"{rate:,.0f}" for rate in rates), f"{rates[1] / rates[0]:.1f}"])
    title = f"messages of up to {sizes.message_tokens} tokens: {sizes.classifier.hidden} numbers a direction"
    print_table(title, ["batch", "cpu, messages/s", f"{device.type}, messages/s", "× cpu"], rows)


def training_step(model: nn.Module, loss: Callable[[], Tensor]) -> Call:
    """Forward, backward and AdamW."""
    optimizer = torch.optim.AdamW(model.parameters())

    def call() -> None:
        optimizer.zero_grad(set_to_none=True)
        loss().backward()
        optimizer.step()

    return call


def language_model_step(sizes: Sizes, device: torch.device) -> Call:
    """A step of training a language model."""
    torch.manual_seed(0)
    model = LanguageModel(sizes.text[0]).to(device)
    texts, tokens = sizes.batch
    ids = torch.randint(sizes.text[0].vocabulary, (texts, tokens + 1)).to(device)
    return training_step(model, lambda: F.cross_entropy(model(ids[:, :-1])[0].flatten(0, 1), ids[:, 1:].flatten()))


def lenet_step(sizes: Sizes, device: torch.device) -> Call:
    """A step of training LeNet-5."""
    torch.manual_seed(0)
    config = LeNet5Config()
    model = LeNet5(config).to(device)
    images = torch.randn(sizes.images, 1, config.side, config.side).to(device)
    labels = (torch.arange(sizes.images) % config.labels).to(device)
    return training_step(model, lambda: F.cross_entropy(model(images), labels))


def training_table(sizes: Sizes, device: torch.device) -> None:
    """Print what a step of training takes."""
    config, (texts, tokens) = sizes.text[0], sizes.batch
    makers = {
        f"language model {config.layers}×{config.hidden}, {texts}×{tokens} tokens": language_model_step,
        f"LeNet-5, {sizes.images} images": lenet_step,
    }
    calls = {(name, place): (make(sizes, place), place) for name, make in makers.items() for place in {CPU, device}}
    found = medians_in_turns(calls, rounds=sizes.rounds, round_s=sizes.round_s)
    rows = []
    for name in makers:
        times = found[name, CPU], found[name, device]
        rows.append([name, *(f"{1000 * seconds:.2f}" for seconds in times), f"{times[0] / times[1]:.1f}"])
    print_table("training", ["a step of", "cpu, ms", f"{device.type}, ms", "× cpu"], rows)


def machine(device: torch.device) -> str:
    """Return in words what computes: device, versions, threads of the CPU, precision of float32."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.processor() or platform.machine()
    cuda = f", CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}" if device.type == "cuda" else ""
    shortened = f"TF32 in products {torch.backends.cuda.matmul.allow_tf32}, in cuDNN {torch.backends.cudnn.allow_tf32}"
    return f"{name}: torch {torch.__version__}{cuda}, {torch.get_num_threads()} threads, {shortened}, seed 0"


def main(words: Sequence[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="bench_gpu")
    parser.add_argument("--device", default="cuda", help="beside the CPU")
    parser.add_argument("--decoding", nargs="+", default=["float32"], choices=FLOATS, help="floats to make text in")
    parser.add_argument("--tiny", action="store_true", help="small sizes, to see that everything runs")
    asked = parser.parse_args(words)
    try:
        device = resolve_device(asked.device)
    except DeviceError as error:
        parser.error(str(error))
    sizes = TINY if asked.tiny else Sizes()
    note(machine(device))
    for config in sizes.text:
        decoding_table(config, sizes, device, asked.decoding)
    messages_table(sizes, device)
    training_table(sizes, device)


if __name__ == "__main__":
    main()
