"""The models that are served: loaded from the home, and run by one engine thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from nlpbot.core.home import BundleHome
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.stepper import StreamLane
from server.config import ServerSettings
from server.openai_schemas import MAX_BEAMS
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.assistant.assistant import Backend
    from nlpbot.lm.predictor import LmPredictor

__all__ = ["PARTS", "Engines", "load_engines"]

PARTS = ("fraud", "chat", "lm", "vision")
STREAM_SLOTS = 16
TEXT_OVERHEAD = 100
"""Characters that take as long as a text of none."""


@dataclass(slots=True)
class Engines:
    """What is served: the engine with its lanes, and what was loaded of each part."""

    engine: Engine
    loaded: dict[str, Any] = field(default_factory=dict)

    def run(self, lane: str, item: Any) -> Any:
        """Return the engine's output for one input, as soon as there is one.

        Raises:
            Overloaded: those before it would take too long.
            Closed: the engine is stopping.
            Problem: the client has gone.
            TimeoutError: it took too long.
        """
        return self.run_all(lane, [item])[0]

    def run_all(self, lane: str, items: Sequence[Any]) -> list[Any]:
        """Return the engine's outputs for some inputs, in the same order; it raises what `run` does."""
        return outputs_of(self.engine, lane, items)

    def has(self, part: str) -> bool:
        """Return whether a part is served."""
        return part in self.loaded

    @property
    def lm(self) -> "LmPredictor":
        """The language model."""
        predictor: LmPredictor = self.loaded["lm"]
        return predictor

    def backend(self) -> "Backend":
        """Return the models behind the assistant, by way of the engine."""
        from nlpbot.assistant.assistant import Backend, Scorer

        chat, fraud = self.loaded["chat"], self.loaded.get("fraud")
        scorer = None
        if fraud is not None:
            scorer = Scorer(lambda message: self.run("fraud-explain", message), fraud.wording, fraud.synthetic)
        return Backend(
            find=lambda questions, language: self.run_all("chat", [(question, language) for question in questions]),
            topics=chat.topics,
            phrases=chat.phrases,
            urgent_cases=chat.urgent_cases,
            scorer=scorer,
        )


def load_engines(settings: ServerSettings, *, say: Callable[[str], None] = lambda _: None) -> Engines:
    """Return the engines of all bundles that are promoted in the home, ready but not started.

    Raises:
        BundleError: a bundle is damaged.
        DeviceError: the device is not there.
    """
    home = BundleHome(settings.home)
    engines = Engines(Engine(max_wait_s=settings.max_wait_s))
    for part in PARTS:
        folder = home.current(part)
        if part in settings.without or folder is None:
            continue
        say(f"loading {part} from {folder}")
        _LOADERS[part](engines, folder, settings.device)
    return engines


def _load_fraud(engines: Engines, folder: Any, device: str) -> None:
    from nlpbot.fraud.predictor import FraudPredictor

    predictor = FraudPredictor.load(folder, device=device)
    engines.loaded["fraud"] = predictor
    engines.engine.add_lane("fraud", predictor.predict, max_batch=64, size=_length)
    engines.engine.add_tasks("fraud-explain", predictor.explaining)


def _load_chat(engines: Engines, folder: Any, device: str) -> None:
    from nlpbot.chat.predictor import ChatPredictor

    predictor = ChatPredictor.load(folder, device=device)
    engines.loaded["chat"] = predictor

    def guess(items: list[tuple[str, Any]]) -> list[Any]:
        return [predictor.predict([question], language=language)[0] for question, language in items]

    engines.engine.add_lane("chat", guess, max_batch=8, size=lambda item: _length(item[0]))


def _load_lm(engines: Engines, folder: Any, device: str) -> None:
    from nlpbot.lm.predictor import LmPredictor

    predictor = LmPredictor.load(folder, device=device)
    engines.loaded["lm"] = predictor
    engines.engine.add_streams("lm", StreamLane(predictor.stepper(slots=STREAM_SLOTS), slots=STREAM_SLOTS))
    engines.engine.add_streams("lm-beams", StreamLane(predictor.beam_stepper(beams=MAX_BEAMS), slots=1))


def _load_vision(engines: Engines, folder: Any, device: str) -> None:
    from nlpbot.vision.predictor import VisionPredictor

    predictor = VisionPredictor.load(folder, device=device)
    engines.loaded["vision"] = predictor
    engines.engine.add_lane("vision", predictor.predict, max_batch=16)


def _length(text: str) -> float:
    return float(len(text) + TEXT_OVERHEAD)


_LOADERS: dict[str, Callable[[Engines, Any, str], None]] = {
    "fraud": _load_fraud,
    "chat": _load_chat,
    "lm": _load_lm,
    "vision": _load_vision,
}
