"""Serve a language model: prompts in, texts out, whole or piece by piece."""

import copy
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.given import given_texts
from nlpbot.core.text.tokenizer import Tokenizer, tokenizer_from_json
from nlpbot.generation import (
    BeamStepper,
    DecodingName,
    GeneratedToken,
    LanguageModelStepper,
    Prompt,
    Sampling,
    StopCondition,
)
from nlpbot.generation.continuations import continuations, stream_continuation
from nlpbot.generation.pieces import Piece, text_pieces
from nlpbot.lm.measure.reading import start_of_text

__all__ = ["MAX_PROMPT_TOKENS", "GenerateRequest", "LmPredictor"]

MAX_PROMPT_TOKENS = 4096
"""Read of a prompt; what comes before is dropped, as the state would have forgotten it."""
NEVER = -1e9
"""Score of a token that is ruled out."""


@dataclass(frozen=True, slots=True)
class GenerateRequest:
    """A prompt, and how its continuation is chosen."""

    prompt: str
    sampling: Sampling = field(default_factory=Sampling)


def _requests(prompts: Iterable[str | GenerateRequest]) -> list[GenerateRequest]:
    """Return prompts as requests; one that is only a text has the default sampling."""
    asked = given_texts(prompts, what="prompt") if isinstance(prompts, str) else list(prompts)
    texts = given_texts((each.prompt if isinstance(each, GenerateRequest) else each for each in asked), what="prompt")
    return [
        each if isinstance(each, GenerateRequest) else GenerateRequest(text)
        for each, text in zip(asked, texts, strict=True)
    ]


class LmPredictor(Predictor):
    """A trained language model.

    Args:
        model: the network.
        tokenizer: of its tokens.
        device: where it computes.
        decoding: how weights are multiplied when text is generated; kept in the bundle, so that seeds repeat.
    """

    kind = "lm"

    def __init__(
        self, model: LanguageModel, tokenizer: Tokenizer, device: torch.device, *, decoding: DecodingName = "float32"
    ) -> None:
        self.model = model.to(device).eval()
        self.tokenizer = tokenizer
        self.device = device
        self.decoding = decoding

    def __repr__(self) -> str:
        config = self.model.config
        return f"LmPredictor(LSTM {config.layers}×{config.hidden}, {config.vocabulary} symbols, {self.decoding})"

    def predict(self, prompts: Iterable[str | GenerateRequest]) -> list[str]:
        """Return the continuation of each prompt, in the same order, generated together.

        Args:
            prompts: texts, or requests that say how to continue them.

        Raises:
            TypeError: one prompt was given bare, or a value is none.
        """
        requests = _requests(prompts)
        made = self.tokens([self.prompt(request) for request in requests])
        texts = (self.pieces(tokens, request) for tokens, request in zip(made, requests, strict=True))
        return ["".join(piece.text for piece in text) for text in texts]

    def tokens(
        self, prompts: Sequence[Prompt], *, stop_when: StopCondition | None = None
    ) -> list[list[GeneratedToken]]:
        """Return the tokens that continue each prompt, in the same order, generated together.

        Args:
            prompts: what `prompt` returned.
            stop_when: whether a text ends after its tokens so far, sooner than its sampling has it.
        """
        return continuations(self.stepper(slots=max(len(prompts), 1)), prompts, stop_when=stop_when)

    def stream(self, request: GenerateRequest) -> Iterator[Piece]:
        """Yield the continuation of a prompt, as it is generated."""
        yield from self.pieces(stream_continuation(self.stepper(slots=1), self.prompt(request)), request)

    def stepper(self, *, slots: int) -> LanguageModelStepper:
        """Return a stepper for many streams at once; feed it `prompt` and read it by `pieces`."""
        return LanguageModelStepper(self.generation_model(), slots=slots, decoding=self.decoding)

    def beam_stepper(self, *, beams: int) -> BeamStepper:
        """Return a stepper for beam searches of at most so many beams."""
        return BeamStepper(self.generation_model(), beams=beams, decoding=self.decoding)

    def generation_model(self) -> LanguageModel:
        """Return the model with the token for unknown words ruled out; all other weights are shared."""
        unknown = self.tokenizer.vocabulary.unknown_id
        if unknown is None:
            return self.model
        bias = self.model.head.bias
        shared = {id(weights): weights for weights in self.model.parameters() if weights is not bias}
        model = copy.deepcopy(self.model, shared)
        with torch.no_grad():
            model.head.bias[unknown] = NEVER
        return model

    def prompt(self, request: GenerateRequest) -> Prompt:
        """Return a request as tokens; an empty prompt starts at a line's end.

        Raises:
            DataError: a character was never seen and the tokenizer can't write it.
        """
        try:
            ids = self.tokenizer.encode(request.prompt) or start_of_text(self.tokenizer)
        except ValueError as error:
            raise DataError(f"prompt: {error}") from error
        return Prompt(tuple(ids[-MAX_PROMPT_TOKENS:]), request.sampling)

    def pieces(self, made: Iterable[GeneratedToken], request: GenerateRequest) -> Iterator[Piece]:
        """Yield whole characters of the tokens that continue a prompt; what is no character yet is held back."""
        last = self.prompt(request).ids[-1]
        yield from text_pieces(self.tokenizer, made, last=last, ends_in_space=request.prompt.endswith(" "))

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write everything into a bundle, and return what its config must hold."""
        draft.write_json("tokenizer.json", self.tokenizer.to_json())
        draft.write_tensors("model.safetensors", self.model.state_dict())
        return {"network": self.model.config.model_dump(), "decoding": self.decoding}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "LmPredictor":
        """Return the language model of an opened bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        raw = bundle.manifest.config.get("network")
        config = parse_settings(raw, LanguageModelConfig, where=f"{bundle.folder}: network")
        model = LanguageModel(config)
        load_weights(model, bundle.read_tensors("model.safetensors"), where=bundle.folder)
        tokenizer = tokenizer_from_json(bundle.read_json("tokenizer.json"))
        if len(tokenizer.vocabulary) != config.vocabulary:
            raise BundleError(f"{bundle.folder}: the tokenizer doesn't fit the network; train it again")
        decoding = bundle.manifest.config.get("decoding", "float32")  # bundles written before there was a choice
        if decoding not in (known := get_args(DecodingName)):
            raise BundleError(f"{bundle.folder}: decoding: {decoding!r} found; one of {', '.join(known)} expected")
        return cls(model, tokenizer, device, decoding=decoding)
