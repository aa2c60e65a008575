"""What can be served: one entry for each kind of bundle, from which all follows that serves, trains or lists them.

A **kind** is what can open a bundle. A **slot** is a free name in the home, under which lie versions of one kind; all
slots with a promoted version are served (`nlpbot.slots`). A **package** is code; here alone a kind meets its package,
inside functions, since importing this module must not load torch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

if TYPE_CHECKING:
    from nlpbot.chat.service import ChatService
    from nlpbot.classify.service import ClassifyService
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.core.runs.training_record import TrainedBundle
    from nlpbot.core.serving.engine import Engine
    from nlpbot.fraud.service import FraudService
    from nlpbot.lm.service import LmService
    from nlpbot.retrieval.service import RetrievalService
    from nlpbot.sentences.service import SentencesService
    from nlpbot.vision.service import VisionService

__all__ = [
    "CHAT",
    "CLASSIFY",
    "DEFAULTS",
    "FRAUD",
    "LM",
    "MAX_BEAMS",
    "PARTS",
    "RETRIEVAL",
    "SENTENCES",
    "VISION",
    "Default",
    "Open",
    "Part",
]

S = TypeVar("S", covariant=True)

MAX_BEAMS = 8
"""That a search of a language model may have."""
EXAMPLE = "hello"
"""What a text model is warmed up with."""


@runtime_checkable
class Open(Protocol[S]):
    """Loads a bundle, and adds its lanes to an engine."""

    def __call__(self, engine: "Engine", folder: Path, device: str, *, warm: bool) -> S:
        """Return the service of a bundle.

        Args:
            engine: that runs it.
            folder: of the bundle.
            device: auto, cpu, cuda or mps.
            warm: whether to make a prediction first, so that no request waits for what is made once.

        Raises:
            BundleError: the bundle is damaged.
            DeviceError: the device is not there.
        """


@dataclass(frozen=True, slots=True)
class Default:
    """What is trained where an empty home is served, from the data that comes along.

    Attributes:
        slot: where it goes.
        train: writes a bundle, or a copy of one that comes along.
    """

    slot: str
    train: "Callable[[TrainOptions], object]"


@dataclass(frozen=True, slots=True)
class Part(Generic[S]):
    """A kind of bundle that can be served.

    Attributes:
        kind: as manifests have it.
        noun: what people call one.
        open: loads one, and adds its lanes to an engine.
        default: what is trained where there is none, if anything.
        is_chosen: whether all requests can say which of several they mean; where not, it must be clear without.
        model: what /v1/models calls the one that is meant where none is named, `{slot}` standing for its slot; others
            go by their slots. None if the kind is not served there.
    """

    kind: str
    noun: str
    open: Open[S]
    default: Default | None = None
    is_chosen: bool = False
    model: str | None = None


def _open_chat(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "ChatService":
    from nlpbot.chat.predictor import ChatPredictor
    from nlpbot.chat.service import ChatService

    predictor = ChatPredictor.load(folder, device=device)
    if warm:
        predictor.predict([EXAMPLE])
    return ChatService.on(engine, predictor)


def _train_chat(options: "TrainOptions") -> "TrainedBundle":
    from nlpbot.chat.run import train_bundle

    return train_bundle(None, options)


def _open_lm(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "LmService":
    from nlpbot.generation import Sampling
    from nlpbot.lm.predictor import GenerateRequest, LmPredictor
    from nlpbot.lm.service import LmService

    predictor = LmPredictor.load(folder, device=device)
    if warm:
        predictor.predict([GenerateRequest("", Sampling(max_tokens=1))])
    return LmService.on(engine, predictor, beams=MAX_BEAMS)


def _train_lm(options: "TrainOptions") -> "TrainedBundle":
    from nlpbot.core.datasets.catalog import data_folder
    from nlpbot.lm.run import train_bundle

    return train_bundle((data_folder("lm") / "small.toml",), options)


def _open_fraud(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "FraudService":
    from nlpbot.fraud.predictor import FraudPredictor
    from nlpbot.fraud.service import FraudService

    predictor = FraudPredictor.load(folder, device=device)
    if warm:
        predictor.predict([EXAMPLE])
    return FraudService.on(engine, predictor)


def _train_fraud(options: "TrainOptions") -> "TrainedBundle":
    from nlpbot.fraud.run import train_bundle

    return train_bundle((), options)


def _open_vision(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "VisionService":
    import numpy as np

    from nlpbot.vision.predictor import VisionPredictor
    from nlpbot.vision.service import VisionService

    predictor = VisionPredictor.load(folder, device=device)
    if warm:
        predictor.predict([np.zeros((1, 1), dtype=np.float32)])
    return VisionService.on(engine, predictor)


def _train_vision(options: "TrainOptions") -> "TrainedBundle":
    from nlpbot.core.datasets.catalog import data_folder
    from nlpbot.vision.run import train_bundle

    return train_bundle(data_folder("vision") / "digits.toml", options)


def _open_classify(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "ClassifyService":
    from nlpbot.classify.predictor import ClassifyPredictor
    from nlpbot.classify.service import ClassifyService

    predictor = ClassifyPredictor.load(folder, device=device)
    if warm:
        predictor.predict([EXAMPLE])
    return ClassifyService.on(engine, predictor)


def _open_retrieval(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "RetrievalService":
    from nlpbot.retrieval.predictor import RetrievalPredictor
    from nlpbot.retrieval.service import RetrievalService

    predictor = RetrievalPredictor.load(folder, device=device)
    if warm:
        predictor.predict([EXAMPLE])
    return RetrievalService.on(engine, predictor)


def _open_sentences(engine: "Engine", folder: Path, device: str, *, warm: bool) -> "SentencesService":
    from nlpbot.sentences.predictor import SentencesPredictor
    from nlpbot.sentences.service import SentencesService

    predictor = SentencesPredictor.load(folder, device=device)
    if warm:
        predictor.predict([EXAMPLE])
    return SentencesService.on(engine, predictor)


def _copy_sentences(options: "TrainOptions") -> Path:
    from nlpbot.core.bundles.bundle import copy_bundle
    from nlpbot.encoding.own import own_encoder_folder

    return copy_bundle(own_encoder_folder(), options.out, kind="sentences", force=options.force)


CHAT: "Part[ChatService]" = Part("chat", "chatbot", _open_chat, Default("chat", _train_chat), model="assistant")
LM: "Part[LmService]" = Part("lm", "language model", _open_lm, Default("lm", _train_lm), is_chosen=True, model="{slot}")
FRAUD: "Part[FraudService]" = Part("fraud", "scam scorer", _open_fraud, Default("fraud", _train_fraud), model="{slot}")
VISION: "Part[VisionService]" = Part("vision", "digit reader", _open_vision, Default("vision", _train_vision))
CLASSIFY: "Part[ClassifyService]" = Part("classify", "text classifier", _open_classify, is_chosen=True)
RETRIEVAL: "Part[RetrievalService]" = Part("retrieval", "retriever", _open_retrieval, is_chosen=True, model="{slot}")
SENTENCES: "Part[SentencesService]" = Part(
    "sentences",
    "sentence encoder",
    _open_sentences,
    Default("sentences", _copy_sentences),
    is_chosen=True,
    model="{slot}",
)

PARTS: tuple[Part[object], ...] = (CHAT, LM, FRAUD, VISION, CLASSIFY, RETRIEVAL, SENTENCES)
"""All of them, the slowest training first, since others are trained beside it."""
DEFAULTS: dict[str, Default] = {part.default.slot: part.default for part in PARTS if part.default is not None}
"""What is trained by default, by slot."""
