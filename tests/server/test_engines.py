"""Real bundles, loaded from a home and run by the engine thread."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from nlpbot.core.errors import BundleError
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.generation import Sampling
from nlpbot.lm.predictor import GenerateRequest
from server.config import ServerSettings
from server.engines import PARTS, Engines, load_engines


@pytest.fixture(scope="module")
def loaded(tiny_home: Path) -> Iterator[Engines]:
    engines = load_engines(ServerSettings(home=tiny_home, device="cpu"))
    engines.engine.start()
    yield engines
    engines.engine.close()


def test_all_that_is_promoted_is_served(loaded: Engines) -> None:
    assert set(loaded.loaded) == set(PARTS)


def test_the_engine_gives_what_the_predictor_gives(loaded: Engines, tiny_home: Path) -> None:
    messages = ["Ann: parcel held, pay the fee at pay1.example", "dinner at 7 tonight?"]
    alone = FraudPredictor.load(tiny_home / "bundles" / "fraud" / "0001", device="cpu").predict(messages)
    assert [future.result(20) for future in loaded.engine.submit_all("fraud", messages)] == alone
    assert loaded.run("fraud-explain", messages[0]).spans


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
    made = loaded.lm.pieces(loaded.engine.stream("lm", loaded.lm.prompt(request)), request)
    assert "".join(piece.text for piece in made) == loaded.lm.predict([request])[0]
    assert 0 <= loaded.run("vision", np.zeros((28, 28), dtype=np.float32)).label <= 9


def test_parts_can_be_left_out(tiny_home: Path) -> None:
    engines = load_engines(ServerSettings(home=tiny_home, device="cpu", without=frozenset({"fraud", "lm"})))
    assert set(engines.loaded) == {"chat", "vision"}
    assert engines.backend().scorer is None


def test_an_empty_home_serves_nothing(tmp_path: Path) -> None:
    assert load_engines(ServerSettings(home=tmp_path)).loaded == {}


def test_a_damaged_bundle_is_named(damaged_home: Callable[[str], Path]) -> None:
    with pytest.raises(BundleError, match=r"bundles/lm/0001/model\.safetensors"):
        load_engines(ServerSettings(home=damaged_home("lm"), device="cpu"))
