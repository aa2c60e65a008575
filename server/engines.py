"""The models that are served: those of all slots of the home, run by one engine thread."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.serving.engine import Engine
from nlpbot.parts import CHAT, FRAUD, Part
from nlpbot.slots import Slot, check_choices, main_slot, slots_of
from server.config import ServerSettings
from server.errors import Problem
from server.waiting import output_of, outputs_of

if TYPE_CHECKING:
    from nlpbot.assistant.assistant import Backend, Scorer
    from nlpbot.fraud.service import FraudService

__all__ = ["Engines", "Served", "load_engines", "open_slot"]

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Served(Generic[S_co]):
    """A slot, and the service of the bundle in it."""

    slot: Slot[S_co]
    service: S_co


class Engines:
    """What is served. A request looks up once what it uses, and ends on that, whatever takes its place meanwhile.

    Args:
        engine: that runs it.
        served: slots and their services.
    """

    def __init__(self, engine: Engine, served: Iterable[Served[object]] = ()) -> None:
        self.engine = engine
        self._served = {each.slot.name: each for each in served}
        self.swapped = 0
        """Bundles that have taken another's place since the start, or come to it."""
        self.refused = 0
        """Bundles that were promoted since the start, and could not be served."""

    @property
    def served(self) -> list[Served[object]]:
        """The slots that are served, and their services."""
        return list(self._served.values())

    @property
    def slots(self) -> list[Slot[object]]:
        """The slots that are served."""
        return [each.slot for each in self.served]

    @property
    def kinds(self) -> list[str]:
        """The kinds that are served."""
        return list(dict.fromkeys(slot.part.kind for slot in self.slots))

    @property
    def models(self) -> list[str]:
        """What /v1 calls the models that it serves."""
        slots = self.slots
        return [_model_of(slot, slots) for slot in slots if slot.part.model is not None]

    def find(self, part: Part[S], model: str | None = None) -> Served[S] | None:
        """Return a slot of a kind with its service, or None where there is none.

        Args:
            part: the kind.
            model: the slot that is asked for; by default, and by the names of the kind, the one that is meant then.
        """
        name = main_slot(part, self.slots) if model in (None, part.kind, part.model) else model
        found = self._served.get(name) if name is not None else None
        return cast(Served[S], found) if found is not None and found.slot.part is part else None

    def service(self, part: Part[S], model: str | None = None) -> S:
        """Return the service of a slot of a kind, found as by `find`.

        Raises:
            Problem: there is none.
        """
        if (found := self.find(part, model)) is None:
            raise Problem(503, f"no {part.noun} is served here")
        return found.service

    def serve(self, served: Served[object]) -> None:
        """Serve a slot, in the place of what was served by its name; requests in hand end on that.

        Raises:
            ConfigError: it would no longer be clear which slot is meant.
        """
        changed = {**self._served, served.slot.name: served}
        check_choices([each.slot for each in changed.values()])
        self._served = changed

    def backend(self, model: str | None = None) -> "Backend":
        """Return the models behind the assistant, by way of the engine.

        Args:
            model: the chatbot that is asked for.

        Raises:
            Problem: it is not served.
        """
        from nlpbot.assistant.assistant import Backend
        from nlpbot.chat.service import Question

        chat, fraud = self.service(CHAT, model), self.find(FRAUD)
        return Backend(
            find=lambda texts, language: outputs_of(chat.find, [Question(text, language) for text in texts]),
            topics=chat.topics,
            phrases=chat.phrases,
            urgent_cases=chat.urgent_cases,
            scorer=_scorer(fraud.service) if fraud is not None else None,
        )


def open_slot(slot: Slot[S], engine: Engine, device: str, *, warm: bool = False) -> Served[S]:
    """Return a slot with the service of its bundle, which is loaded and checked; it raises what `Part.open` does."""
    return Served(slot, slot.part.open(engine, slot.folder, device, warm=warm))


def load_engines(settings: ServerSettings, *, say: Callable[[str], None] = lambda _: None) -> Engines:
    """Return the engines of all bundles that are promoted in the home, ready but not started.

    Raises:
        BundleError: a bundle is damaged.
        ConfigError: it isn't clear which of some slots is meant.
        DeviceError: the device is not there.
    """
    slots, served = slots_of(BundleHome(settings.home), without=settings.without), list[Served[object]]()
    check_choices(slots)
    engine = Engine(max_wait_s=settings.max_wait_s)
    for slot in slots:
        say(f"loading {slot.name} from {slot.folder}")
        served.append(open_slot(slot, engine, settings.device))
    return Engines(engine, served)


def _scorer(fraud: "FraudService") -> "Scorer":
    from nlpbot.assistant.assistant import Scorer

    return Scorer(lambda message: output_of(fraud.explain, message), fraud.wording, fraud.synthetic)


def _model_of(slot: Slot[object], slots: list[Slot[object]]) -> str:
    """Return what /v1 calls a slot: the name of its part for the one that is meant where none is named."""
    is_main = slot.name == main_slot(slot.part, slots)
    return (slot.part.model or slot.name).format(slot=slot.name) if is_main else slot.name
