"""Texts that go on from a prompt: as they are made, several at once, or the likeliest by beam search."""

import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nlpbot.core.console import note, print_json, print_text
from nlpbot.core.errors import ConfigError
from nlpbot.core.threads import threads
from nlpbot.generation import BeamSearch, Sampling, beam_search
from nlpbot.generation.prompts import unseen
from nlpbot.generation.stop_texts import CutText, FinishReason, StopTexts
from nlpbot.lm.predictor import GenerateRequest, LmPredictor

__all__ = ["Continuation", "Writing", "best_texts", "generate_text", "write_on"]

RULE = "─" * 8


@dataclass(frozen=True, slots=True)
class Writing:
    """How texts are to be written.

    Attributes:
        sampling: how tokens are chosen; its seed is the first text's, and each further one has the next.
        samples: texts wanted, at least 1.
        stop: texts before which a text ends, none of them empty.
        beams: texts that beam search goes on with at once, at least `samples`; None draws texts instead.
        length_penalty: of beam search, from 0, which favours short texts.
    """

    sampling: Sampling
    samples: int = 1
    stop: tuple[str, ...] = ()
    beams: int | None = None
    length_penalty: float = 0.6


@dataclass(frozen=True, slots=True)
class Continuation:
    """A text that goes on from a prompt."""

    text: str
    finish_reason: FinishReason
    seed: int | None = None
    """By which it was drawn."""
    score: float | None = None
    """By which beam search ranked it; higher is better."""


def write_on(predictor: LmPredictor, prompt: str, writing: Writing) -> list[Continuation]:
    """Return texts that go on from a prompt, made together, each as its seed alone would make it.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    stops = StopTexts(writing.stop)
    samplings = [replace(writing.sampling, seed=writing.sampling.seed + n) for n in range(writing.samples)]
    request = GenerateRequest(prompt, writing.sampling)
    start = predictor.prompt(request)
    prompts = [replace(start, sampling=sampling) for sampling in samplings]
    made = predictor.tokens(prompts, ends=stops.ends(predictor.tokenizer, start))
    texts = (stops.cut(predictor.pieces(tokens, request)) for tokens in made)
    return [Continuation(*_read(text), seed=each.seed) for text, each in zip(texts, samplings, strict=True)]


def best_texts(predictor: LmPredictor, prompt: str, writing: Writing) -> list[Continuation]:
    """Return the likeliest texts that beam search finds to go on from a prompt, best first.

    Raises:
        DataError: a character was never seen and the tokenizer can't write it.
    """
    stops, request = StopTexts(writing.stop), GenerateRequest(prompt, writing.sampling)
    start = predictor.prompt(request)
    ends = stops.ends(predictor.tokenizer, start)
    search = BeamSearch(start, writing.beams or writing.samples, writing.length_penalty, ends)
    with threads(1):
        best = beam_search(predictor.speaker(), search, decoding=predictor.decoding)[: writing.samples]
    texts = (stops.cut(predictor.pieces(found.tokens, request)) for found in best)
    return [Continuation(*_read(text), score=found.score) for text, found in zip(texts, best, strict=True)]


def generate_text(
    bundle: Path, prompt: str, writing: Writing, *, device: str, echo: bool = True, as_json: bool = False
) -> None:
    """Print texts that go on from a prompt; a single one that is drawn is printed as it is made.

    Args:
        bundle: of the language model.
        prompt: text to go on from.
        writing: how.
        device: where to compute.
        echo: whether the prompt is printed before each text.
        as_json: whether to print one JSON document.

    Raises:
        ConfigError: options don't go together.
        DataError: a character was never seen and the tokenizer can't write it.
    """
    _check(writing)
    predictor = LmPredictor.load(bundle, device=device)
    request = GenerateRequest(prompt, writing.sampling)
    predictor.prompt(request)  # what can't be read is refused before anything is said of it
    if (told := unseen(predictor.tokenizer, prompt)) is not None:
        note(told)
    shown = prompt if echo else ""
    if not as_json and writing.beams is None and writing.samples == 1:
        _print_as_made(predictor, request, StopTexts(writing.stop), shown)
        return
    texts = (write_on if writing.beams is None else best_texts)(predictor, prompt, writing)
    if as_json:
        documents = [{name: value for name, value in asdict(text).items() if value is not None} for text in texts]
        print_json({"prompt": prompt, **(documents[0] if writing.samples == 1 else {"samples": documents})})
        return
    for text in texts:
        if writing.samples > 1:
            name = f"seed {text.seed}" if text.score is None else f"score {text.score:.3f}"
            print_text(f"{RULE} {name} {RULE}")
        print_text(shown + text.text)


def _check(writing: Writing) -> None:
    """Refuse options that don't go together."""
    sampling, beams = writing.sampling, writing.beams
    if not all(writing.stop):
        raise ConfigError("--stop: empty; text of at least one character wanted")
    if beams is not None and writing.samples > beams:
        raise ConfigError(f"--samples {writing.samples}: more than --beams {beams}; a text a beam is found at most")
    if beams is not None and (sampling.top_k, sampling.top_p, sampling.min_p) != (0, 1, 0):
        raise ConfigError("--beams: draws nothing by chance; leave --top-k, --top-p and --min-p out")


def _print_as_made(predictor: LmPredictor, request: GenerateRequest, stops: StopTexts, shown: str) -> None:
    sys.stdout.write(shown)
    for piece in stops.cut(predictor.stream(request)):
        sys.stdout.write(piece.text)
        sys.stdout.flush()
    print_text("")


def _read(text: CutText) -> tuple[str, FinishReason]:
    """Return a text, and why it ends."""
    return "".join(piece.text for piece in text), text.finish_reason
