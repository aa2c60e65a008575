"""Texts share a batch, and labels are known without asking."""

import pytest

from nlpbot.classify.service import ClassifyService
from nlpbot.core.serving.engine import Engine


def test_it_gives_what_the_predictor_gives(trained):
    predictor, texts = trained.predictor, ["will it rain", "play a song", "hello"]
    engine = Engine()
    service = ClassifyService.on(engine, predictor)
    engine.start()
    found = [future.result(20) for future in service.predict.submit_all(texts)]
    engine.close()
    for ours, theirs in zip(found, predictor.predict(texts), strict=True):
        assert ours.label == theirs.label
        assert ours.probability == pytest.approx(theirs.probability, abs=1e-4)
    assert service.labels == predictor.names
