"""Continuations of a prompt: one as it is generated, several at once, or the likeliest by beam search."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nlpbot.core.kernel.console import note
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.threads import threads
from nlpbot.generation import BeamSearch, Sampling, beam_search
from nlpbot.generation.prompts import unseen
from nlpbot.generation.stop_texts import CutText, FinishReason, StopTexts
from nlpbot.lm.predictor import GenerateRequest, LmPredictor

__all__ = ["Continuation", "GeneratedTexts", "GenerationOptions", "best_texts", "generate", "sample_texts", "stream"]

RULE = "─" * 8


@dataclass(frozen=True, slots=True)
class GenerationOptions:
    """How texts are generated.

    Attributes:
        sampling: how tokens are chosen; its seed is the first text's, and each further one has the next.
        samples: texts to generate, at least 1.
        stop: texts before which a text ends, none of them empty.
        beams: texts that beam search extends at once, at least `samples`; None samples texts instead.
        length_penalty: of beam search, from 0, which favours short texts.
    """

    sampling: Sampling
    samples: int = 1
    stop: tuple[str, ...] = ()
    beams: int | None = None
    length_penalty: float = 0.6


@dataclass(frozen=True, slots=True)
class Continuation:
    """A text that continues a prompt."""

    text: str
    finish_reason: FinishReason
    seed: int | None = None
    """By which it was sampled."""
    score: float | None = None
    """By which beam search ranked it; higher is better."""


@dataclass(frozen=True, slots=True)
class GeneratedTexts:
    """Continuations of a prompt.

    Attributes:
        prompt: that they continue.
        texts: those of beam search best first.
        asked: how many were asked for; beam search may find fewer.
        echo: whether people are shown the prompt before each.
    """

    prompt: str
    texts: Sequence[Continuation]
    asked: int
    echo: bool

    def to_json(self) -> dict[str, Any]:
        """Return the prompt with its continuation, or with all of several."""
        documents = [{name: value for name, value in asdict(text).items() if value is not None} for text in self.texts]
        return {"prompt": self.prompt, **(documents[0] if self.asked == 1 else {"samples": documents})}

    @property
    def tables(self) -> list[str]:
        """Each text, under its seed or its score where there are several."""
        shown = []
        for text in self.texts:
            if self.asked > 1:
                name = f"seed {text.seed}" if text.score is None else f"score {text.score:.3f}"
                shown.append(f"{RULE} {name} {RULE}")
            shown.append(self.prompt + text.text if self.echo else text.text)
        return shown


def sample_texts(predictor: LmPredictor, prompt: str, options: GenerationOptions) -> list[Continuation]:
    """Return continuations of a prompt, sampled together, each as its seed alone would give it.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    stops = StopTexts(options.stop)
    samplings = [replace(options.sampling, seed=options.sampling.seed + n) for n in range(options.samples)]
    request = GenerateRequest(prompt, options.sampling)
    start = predictor.prompt(request)
    prompts = [replace(start, sampling=sampling) for sampling in samplings]
    generated = predictor.tokens(prompts, stop_when=stops.condition(predictor.tokenizer, start))
    texts = (stops.cut(predictor.pieces(tokens, request)) for tokens in generated)
    return [Continuation(*_read(text), seed=each.seed) for text, each in zip(texts, samplings, strict=True)]


def best_texts(predictor: LmPredictor, prompt: str, options: GenerationOptions) -> list[Continuation]:
    """Return the likeliest continuations of a prompt that beam search finds, best first.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    stops, request = StopTexts(options.stop), GenerateRequest(prompt, options.sampling)
    start = predictor.prompt(request)
    stop_when = stops.condition(predictor.tokenizer, start)
    search = BeamSearch(start, options.beams or options.samples, options.length_penalty, stop_when)
    with threads(1):
        best = beam_search(predictor.generation_model(), search, decoding=predictor.decoding)[: options.samples]
    texts = (stops.cut(predictor.pieces(found.tokens, request)) for found in best)
    return [Continuation(*_read(text), score=found.score) for text, found in zip(texts, best, strict=True)]


def generate(
    bundle: Path, prompt: str, options: GenerationOptions, *, device: str, echo: bool = True
) -> GeneratedTexts:
    """Return continuations of a prompt.

    Args:
        bundle: of the language model.
        prompt: text to continue.
        options: how.
        device: where to compute.
        echo: whether people are shown the prompt before each text.

    Raises:
        ConfigError: options don't go together.
        DataError: a character was never seen and the tokenizer can't write it.
    """
    predictor, _ = _opened(bundle, prompt, options, device)
    texts = (sample_texts if options.beams is None else best_texts)(predictor, prompt, options)
    return GeneratedTexts(prompt, texts, options.samples, echo)


def stream(bundle: Path, prompt: str, options: GenerationOptions, *, device: str, echo: bool = True) -> Iterator[str]:
    """Yield one sampled continuation of a prompt as it is generated, after the prompt where that is echoed.

    The arguments, and what is raised, are those of `generate`.
    """
    predictor, request = _opened(bundle, prompt, options, device)
    if echo:
        yield prompt
    for piece in StopTexts(options.stop).cut(predictor.stream(request)):
        yield piece.text


def _opened(bundle: Path, prompt: str, options: GenerationOptions, device: str) -> tuple[LmPredictor, GenerateRequest]:
    _check(options)
    predictor = LmPredictor.load(bundle, device=device)
    request = GenerateRequest(prompt, options.sampling)
    predictor.prompt(request)  # what can't be read is refused before anything is said of it
    if (notice := unseen(predictor.tokenizer, prompt)) is not None:
        note(notice)
    return predictor, request


def _check(options: GenerationOptions) -> None:
    """Refuse options that don't go together."""
    sampling, beams = options.sampling, options.beams
    if not all(options.stop):
        raise ConfigError("--stop: empty; text of at least one character expected")
    if beams is not None and options.samples > beams:
        raise ConfigError(f"--samples {options.samples}: more than --beams {beams}; a text a beam is found at most")
    if beams is not None and (sampling.top_k, sampling.top_p, sampling.min_p) != (0, 1, 0):
        raise ConfigError("--beams: samples nothing; leave --top-k, --top-p and --min-p out")


def _read(text: CutText) -> tuple[str, FinishReason]:
    """Return a text, and why it ends."""
    return "".join(piece.text for piece in text), text.finish_reason
