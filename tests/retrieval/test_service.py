"""Questions share a batch, and texts are vectors where there is an encoder."""

import pytest

from nlpbot.core.serving.engine import Engine
from nlpbot.retrieval.predictor import RetrievalPredictor
from nlpbot.retrieval.service import RetrievalService

TEXTS = ["where is my parcel", "can i open this link", "택배 언제 와요"]


@pytest.fixture
def engine():
    engine = Engine()
    engine.start()
    yield engine
    engine.close()


def test_it_finds_what_the_predictor_finds(blended, engine):
    found = [future.result(20) for future in RetrievalService.on(engine, blended).search.submit_all(TEXTS)]
    for ours, theirs in zip(found, blended.predict(TEXTS, most=50), strict=True):
        assert [hit.topic for hit in ours.hits] == [hit.topic for hit in theirs.hits]
        assert [hit.score for hit in ours.hits] == pytest.approx([hit.score for hit in theirs.hits], abs=1e-4)


def test_a_text_is_a_vector_of_length_1_with_the_tokens_that_were_read(blended, engine):
    embeddings = RetrievalService.on(engine, blended).embeddings
    made = [future.result(20) for future in embeddings.encode.submit_all(TEXTS)]
    expected = blended.dense.encoder.encode(TEXTS, side="question")
    for embedding, vector in zip(made, expected, strict=True):
        assert embedding.vector == pytest.approx(vector, abs=1e-4)
        assert len(embedding.vector) == embeddings.size
        assert sum(number**2 for number in embedding.vector) == pytest.approx(1, abs=1e-4)
    assert made[0].tokens == blended.dense.encoder.tokens_in(TEXTS[0]) >= 4


def test_where_words_alone_are_compared_there_are_no_vectors(blended, engine):
    words_alone = RetrievalPredictor(blended.topics, blended.sparse)
    assert RetrievalService.on(engine, words_alone).embeddings is None
