import numpy as np
import pytest
import torch

from nlpbot.core.errors import DataError
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training.config import TrainSettings
from nlpbot.retrieval.train import choose_weight, hold_out_questions, train_encoder, train_retriever


def right(text):
    return np.array([mark == "x" for mark in text])


@pytest.mark.parametrize(
    ("marks", "weight"),
    [
        ({0.0: "xx..", 0.5: "xx..", 1.0: "...."}, 0.0),  # a tie is BM25's
        ({0.0: "xx....", 0.5: "xxx...", 1.0: "x....."}, 0.0),  # one more is luck
        ({0.0: "xx....", 0.5: "xxxx..", 0.7: "xxxx..", 1.0: "x....."}, 0.5),
        ({0.0: "......xx", 0.5: "xxxx....", 1.0: "xxxx...."}, 0.0),  # gains 4, loses 2
        ({0.0: "....", 0.5: "xx..", 1.0: "xxxx"}, 1.0),
    ],
)
def test_the_encoder_counts_only_where_it_gains_more_than_chance(marks, weight):
    assert choose_weight({key: right(text) for key, text in marks.items()}) == weight


def test_held_out_questions_leave_their_topic_and_few_stay_whole(topics):
    thin = [topics[0], type(topics[0])("t", "T", ("a", "b"), "c", "en")]
    kept, held = hold_out_questions(thin, seed=0)
    assert [number for _, number in held] == [0]
    assert held[0][0] not in kept[0].questions
    assert sorted([*kept[0].questions, held[0][0]]) == sorted(topics[0].questions)
    assert kept[1] == thin[1]


def test_training_tells_what_was_measured_on_what_and_serves_all_questions(trained, topics):
    assert trained.held_out == 3
    assert trained.metrics.keys() == {"accuracy", "bm25", "encoder"}
    assert trained.metrics["accuracy"] >= trained.metrics["bm25"]
    assert trained.predictor.topics == tuple(topics)
    assert "3 questions held out" in trained.protocol


def test_the_same_seed_gives_the_same_retriever(trained, topics, settings):
    told = []
    again = train_retriever(topics, settings, torch.device("cpu"), progress=lambda *report: told.append(report))
    assert np.array_equal(again.predictor.scores(["parcel"]), trained.predictor.scores(["parcel"]))
    assert told[-1][0] == told[-1][1] > 0


def test_given_vectors_are_where_the_encoder_starts(topics, settings):
    words = WordVectors(["parcel", "link"], np.array([[1, 0, 1, 0, 0], [0, 1, 1, 0, 0]], dtype=np.float32), [1, 1])
    still = settings.model_copy(update={"train": TrainSettings(steps=1, batch_size=8, learning_rate=1e-9)})
    predictor = train_encoder(topics, still, torch.device("cpu"), vectors=words).predictor
    rows = predictor.network.embedding.table.weight.detach()
    parcel, link = (rows[predictor.reader.vocabulary.id_of(word)] for word in ("parcel", "link"))
    assert torch.allclose(parcel, -link, atol=1e-6)  # what both share, the third number, is taken away
    assert torch.allclose(parcel[:2], parcel[0] * torch.tensor([1.0, -1.0]), atol=1e-6)
    assert parcel[0] > 0.1
    assert torch.allclose(parcel[2:], torch.zeros(3), atol=1e-6)


def test_without_questions_to_hold_out_nothing_is_claimed(topics, settings):
    thin = [type(topic)(topic.id, topic.title, topic.questions[:2], topic.answer, topic.language) for topic in topics]
    trained = train_retriever(thin, settings, torch.device("cpu"))
    assert (trained.held_out, trained.metrics) == (0, {})


def test_one_answer_leaves_nothing_to_choose(topics, settings):
    with pytest.raises(DataError, match="1 answers found; at least two wanted"):
        train_retriever(topics[:1], settings, torch.device("cpu"))
