"""The table of what can be served: each kind is opened, warmed up and run by an engine, and has a name of its own."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import pytest

from nlpbot.core.bundles.manifest import read_manifest
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.serving.engine import Engine
from nlpbot.core.serving.lane import Lane, StreamLane
from nlpbot.parts import DEFAULTS, PARTS, Part


def subclasses(kind: type[Predictor]) -> list[type[Predictor]]:
    return [kind, *(deeper for each in kind.__subclasses__() for deeper in subclasses(each))]


@pytest.fixture
def folder(tiny_home: Path) -> Callable[[str], Path]:
    """Return the folder of a tiny bundle of a kind."""
    bundles = tiny_home / "bundles"
    within = {"classify": "fraud/0001/parts/detector", "retrieval": "chat/0001/parts/retrieval"}
    return lambda kind: bundles / within.get(kind, f"{kind}/0001")


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.kind)
def test_a_part_opens_bundles_of_its_kind_as_lanes_of_an_engine(part: Part, folder: Callable[[str], Path]) -> None:
    assert read_manifest(folder(part.kind)).kind == part.kind
    service = part.open(Engine(), folder(part.kind), "cpu", warm=False)
    assert any(isinstance(getattr(service, field.name), Lane | StreamLane) for field in fields(service))


def _is_ours(predictor: type[Predictor], kind: str) -> bool:
    """Whether it is nlpbot's own for a kind; other tests may have made up one."""
    return predictor.__module__.startswith("nlpbot.") and getattr(predictor, "kind", "") == kind


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.kind)
def test_it_is_warmed_up_by_a_prediction_where_that_is_asked_for(
    part: Part, folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (predictor,) = (each for each in subclasses(Predictor) if _is_ours(each, part.kind))
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
    defaults = {part.kind: part.default for part in PARTS if part.default is not None}
    assert {kind: default.slot for kind, default in defaults.items()} == {kind: kind for kind in DEFAULTS}
