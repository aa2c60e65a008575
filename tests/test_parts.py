"""The table of what can be served: each kind is opened, warmed up and run by an engine, and has a name of its own."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlpbot.chat.service import ChatService, Question
from nlpbot.classify.service import ClassifyService
from nlpbot.core.manifest import read_manifest
from nlpbot.core.predictor import Predictor
from nlpbot.core.serving.engine import Engine
from nlpbot.fraud.service import FraudService
from nlpbot.generation import Prompt, Sampling
from nlpbot.lm.service import LmService
from nlpbot.parts import CHAT, CLASSIFY, DEFAULTS, FRAUD, LM, PARTS, RETRIEVAL, VISION, Part
from nlpbot.retrieval.service import RetrievalService
from nlpbot.vision.service import VisionService


def subclasses(kind: type[Predictor]) -> list[type[Predictor]]:
    return [kind, *(deeper for each in kind.__subclasses__() for deeper in subclasses(each))]


@pytest.fixture
def folder(tiny_home: Path) -> Callable[[str], Path]:
    """Return the folder of a tiny bundle of a kind."""
    bundles = tiny_home / "bundles"
    within = {"classify": "fraud/0001/parts/detector", "retrieval": "chat/0001/parts/retrieval"}
    return lambda kind: bundles / within.get(kind, f"{kind}/0001")


def once(service: object) -> object:
    """Return what a service makes of an input."""
    match service:
        case ChatService():
            return service.find.submit(Question("hello", "en"))
        case LmService():
            return service.draw.stream(Prompt((0,), Sampling(max_tokens=1)))
        case FraudService():
            return service.score.submit("hello")
        case VisionService():
            return service.recognise.submit(np.zeros((28, 28), dtype=np.float32))
        case ClassifyService():
            return service.predict.submit("hello")
        case RetrievalService():
            return service.search.submit("hello")
        case _:
            raise AssertionError(f"{service}: a test expected")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.kind)
def test_a_part_opens_bundles_of_its_kind_on_an_engine(part: Part, folder: Callable[[str], Path]) -> None:
    assert read_manifest(folder(part.kind)).room == part.kind
    engine = Engine()
    made = once(part.open(engine, folder(part.kind), "cpu", warm=False))
    engine.start()
    assert list(made) if hasattr(made, "__iter__") else made.result(20)  # type: ignore[attr-defined]
    engine.close()


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.kind)
def test_it_is_warmed_up_by_a_prediction_where_that_is_asked_for(
    part: Part, folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (predictor,) = (each for each in subclasses(Predictor) if getattr(each, "room", "") == part.kind)
    asked: list[object] = []
    predict = predictor.predict

    def counted(self: Predictor, inputs: object, **options: object) -> object:
        asked.append(inputs)
        return predict(self, inputs, **options)

    monkeypatch.setattr(predictor, "predict", counted)
    for warm in (False, True):
        part.open(Engine(), folder(part.kind), "cpu", warm=warm)
        assert bool(asked) is warm


def test_names_are_not_given_twice() -> None:
    for names in ([part.kind for part in PARTS], [part.noun for part in PARTS], list(DEFAULTS)):
        assert len(set(names)) == len(names)


def test_what_is_trained_by_default_goes_to_the_slot_of_its_kind() -> None:
    assert {slot: default.slot for slot, default in DEFAULTS.items()} == {slot: slot for slot in DEFAULTS}
    assert [part.kind for part in (CHAT, LM, FRAUD, VISION)] == list(DEFAULTS)
    assert (CLASSIFY.default, RETRIEVAL.default) == (None, None)
