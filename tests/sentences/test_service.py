"""Texts share a batch, and come back as the vectors that the predictor gives."""

import pytest

from nlpbot.core.serving.engine import Engine
from nlpbot.sentences.service import SentencesService


def test_texts_become_vectors_in_their_order(trained):
    engine, texts = Engine(), ["where is my parcel", "언제 와요"]
    service = SentencesService.on(engine, trained.predictor)
    engine.start()
    try:
        made = [future.result(20) for future in service.encode.submit_all(texts)]
    finally:
        engine.close()
    for ours, theirs in zip(made, trained.predictor.predict(texts), strict=True):
        assert ours.vector == pytest.approx(theirs.vector, abs=1e-4)
        assert (ours.tokens, len(ours.vector)) == (theirs.tokens, service.size)
