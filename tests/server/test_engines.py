"""Real bundles, loaded from a home and run by the engine thread; which slot is meant by which name."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.errors import BundleError, ConfigError
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.generation import Sampling
from nlpbot.lm.predictor import GenerateRequest
from nlpbot.parts import CHAT, FRAUD, LM, VISION
from server.config import ServerSettings
from server.engines import Engines, load_engines
from server.errors import Problem
from server.waiting import output_of


@pytest.fixture(scope="module")
def loaded(tiny_home: Path) -> Iterator[Engines]:
    engines = load_engines(ServerSettings(home=tiny_home, device="cpu"))
    engines.engine.start()
    yield engines
    engines.engine.close()


def test_all_that_is_promoted_is_served(loaded: Engines, tiny_home: Path) -> None:
    assert sorted(loaded.kinds) == BundleHome(tiny_home).names()
    assert loaded.models[:3] == ["assistant", "lm", "fraud"]


def test_the_engine_gives_what_the_predictor_gives(loaded: Engines, tiny_home: Path) -> None:
    messages = ["Ann: parcel held, pay the fee at pay1.example", "dinner at 7 tonight?"]
    alone = FraudPredictor.load(tiny_home / "bundles" / "fraud" / "0001", device="cpu").predict(messages)
    scorer = loaded.service(FRAUD)
    assert [future.result(20) for future in scorer.score.submit_all(messages)] == alone
    assert output_of(scorer.explain, messages[0]).spans


def test_the_backend_finds_topics_by_language_and_scores(loaded: Engines) -> None:
    backend = loaded.backend()
    (guess,) = backend.find(["hello"], "en")
    assert guess.topics[0].id == "greeting"
    (guess,) = backend.find(["비밀번호 추천"], "ko")
    assert {topic.language for topic in guess.topics} == {"ko"}
    assert backend.scorer is not None
    assert backend.scorer.score("Dear Bob, account locked, verify now at bank1.example").verdict == "fraud"
    assert backend.scorer.synthetic
    assert "{police}" not in " ".join(topic.answer for topic in backend.topics)


def test_streams_and_digits_run_on_the_same_thread(loaded: Engines) -> None:
    request = GenerateRequest("the ", Sampling(max_tokens=5, temperature=0))
    lm, predictor = loaded.service(LM), loaded.service(LM).predictor
    made = predictor.pieces(lm.draw.stream(predictor.prompt(request)), request)
    assert "".join(piece.text for piece in made) == predictor.predict([request])[0]
    assert 0 <= output_of(loaded.service(VISION).recognise, np.zeros((28, 28), dtype=np.float32)).label <= 9


def test_slots_can_be_left_out(tiny_home: Path) -> None:
    engines = load_engines(ServerSettings(home=tiny_home, device="cpu", without=frozenset({"fraud", "lm"})))
    assert set(engines.kinds) == set(BundleHome(tiny_home).names()) - {"fraud", "lm"}
    assert engines.backend().scorer is None
    with pytest.raises(Problem, match="no scam scorer is served here") as problem:
        engines.service(FRAUD)
    assert problem.value.status == 503


def test_an_empty_home_serves_nothing(tmp_path: Path) -> None:
    engines = load_engines(ServerSettings(home=tmp_path))
    assert (engines.slots, engines.kinds, engines.models) == ([], [], [])


def copied(tiny_home: Path, home: Path, **slots: str) -> ServerSettings:
    """Return the settings of a home that has these slots, each with the tiny bundle of a kind."""
    for slot, kind in slots.items():
        shutil.copytree(tiny_home / "bundles" / kind, home / "bundles" / slot)
    return ServerSettings(home=home, device="cpu")


def test_two_language_models_are_chosen_by_their_slots(tiny_home: Path, tmp_path: Path) -> None:
    engines = load_engines(copied(tiny_home, tmp_path, lm="lm", poetry="lm"))
    assert (engines.models, engines.kinds) == (["lm", "poetry"], ["lm"])
    found = [engines.find(LM, name) for name in ("lm", "poetry", None, "fraud")]
    assert [each and each.slot.name for each in found] == ["lm", "poetry", "lm", None]
    assert found[0] is not None
    assert found[1] is not None
    assert found[0].service is not found[1].service
    assert engines.find(CHAT, "poetry") is None


def test_the_only_one_of_a_kind_is_meant_whatever_its_name(tiny_home: Path, tmp_path: Path) -> None:
    engines = load_engines(copied(tiny_home, tmp_path, faq="chat", spam="fraud", poetry="lm"))
    assert engines.models == ["assistant", "poetry", "spam"]
    for part, names in ((CHAT, ("assistant", "chat", "faq")), (FRAUD, ("fraud", "spam")), (LM, ("lm", "poetry"))):
        for name in (*names, None):
            assert engines.find(part, name) is not None, name
    assert engines.backend("assistant").topics == engines.backend("faq").topics


def test_where_it_is_not_clear_which_one_is_meant_the_start_is_refused(tiny_home: Path, tmp_path: Path) -> None:
    settings = copied(tiny_home, tmp_path, ours="chat", theirs="chat", verse="lm", prose="lm")
    with pytest.raises(ConfigError, match=r"ours, theirs: each holds a chatbot.*--without ours"):
        load_engines(settings)
    engines = load_engines(settings.model_copy(update={"without": frozenset({"theirs"})}))
    assert engines.models == ["assistant", "prose", "verse"]
    assert engines.find(LM) is None  # each request names one


def test_a_slot_takes_the_place_of_the_one_by_its_name(tiny_home: Path, tmp_path: Path) -> None:
    engines = load_engines(copied(tiny_home, tmp_path, fraud="fraud"))
    (old,) = engines.served
    new = replace(old, service=replace(engines.service(FRAUD), synthetic=False))
    engines.serve(new)
    assert engines.service(FRAUD) is new.service
    engines.serve(replace(old, slot=replace(old.slot, name="spam")))  # beside it
    assert engines.service(FRAUD) is new.service
    assert engines.service(FRAUD, "spam") is old.service


def test_a_slot_that_would_leave_it_open_which_one_is_meant_is_not_served(tiny_home: Path, tmp_path: Path) -> None:
    engines = load_engines(copied(tiny_home, tmp_path, spam="fraud"))
    (served,) = engines.served
    with pytest.raises(ConfigError, match="spam, ham: each holds a scam scorer"):
        engines.serve(replace(served, slot=replace(served.slot, name="ham")))
    assert [slot.name for slot in engines.slots] == ["spam"]


def test_a_damaged_bundle_is_named(damaged_home: Callable[[str], Path]) -> None:
    with pytest.raises(BundleError, match=r"bundles/lm/0001/model\.safetensors"):
        load_engines(ServerSettings(home=damaged_home("lm"), device="cpu"))
