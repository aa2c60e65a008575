from dataclasses import replace

import numpy as np
import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.encoding import Encoder as Sentences
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.encoder import Encoder
from nlpbot.retrieval.train import hold_out_questions, train_retriever


def test_a_title_that_is_the_held_out_question_leaves_too():
    """In a table the first question is the title: left there, it would be found by itself."""
    topic = Topic("a", "one way", ("one way", "another way", "a third way"), "Answer.", "en")
    seed = next(seed for seed in range(99) if hold_out_questions([topic], seed=seed)[1] == [("one way", 0)])
    ((kept,), _) = hold_out_questions([topic], seed=seed)
    assert "one way" not in kept.texts
    assert hold_out_questions([replace(topic, title="Ways")], seed=seed)[0][0].title == "Ways"


def test_held_out_questions_leave_their_topic_and_few_stay_whole(topics):
    thin = [topics[0], type(topics[0])("t", "T", ("a", "b"), "c", "en")]
    kept, held = hold_out_questions(thin, seed=0)
    assert [number for _, number in held] == [0]
    assert held[0][0] not in kept[0].questions
    assert sorted([*kept[0].questions, held[0][0]]) == sorted(topics[0].questions)
    assert kept[1] == thin[1]


def test_training_tells_what_was_measured_on_what_and_serves_all_questions(trained, topics):
    assert trained.held_out == 3
    assert trained.metrics.keys() == {"accuracy", "bm25", "blend", "encoder"}
    assert trained.predictor.topics == tuple(topics)
    assert "3 questions held out" in trained.protocol


def test_bm25_is_served_where_no_question_could_be_held_out_and_no_encoder_is_trained(topics, settings, monkeypatch):
    """The usual FAQ: nothing proves that an encoder would find more."""
    thin = [replace(topic, questions=topic.questions[:2]) for topic in topics]
    monkeypatch.setattr(Encoder, "fit", None)
    trained = train_retriever(thin, settings, torch.device("cpu"))
    assert (trained.predictor.weight, trained.predictor.dense) == (0, None)
    assert (trained.held_out, trained.metrics, trained.run) == (0, {}, None)
    assert "BM25 alone: no topic has 3 questions" in trained.protocol


def test_bm25_is_served_where_the_encoder_does_not_find_more(trained):
    assert (trained.predictor.weight, trained.predictor.dense) == (0, None)
    assert trained.metrics["accuracy"] == trained.metrics["bm25"]
    assert "BM25 alone, over which no gain is proved" in trained.protocol


def test_an_encoder_that_finds_more_is_served(topics, settings, monkeypatch):
    """Each held-out question shares no word with its topic, and the encoder knows all the same."""
    many = [
        Topic(f"t{n}", f"title{n}", tuple(f"{(n * 3 + k + 10) ** 9}" for k in range(3)), f"answer{n}", "en")
        for n in range(12)
    ]
    number = {text: n for n, topic in enumerate(many) for text in (*topic.texts, topic.answer)}
    monkeypatch.setattr(Encoder, "encode", lambda _, texts, side: np.eye(12, 8 + 4)[[number[text] for text in texts]])
    trained = train_retriever(many, settings, torch.device("cpu"))
    assert trained.predictor.weight > 0
    assert trained.metrics["accuracy"] == trained.metrics["encoder"] == 1
    assert trained.metrics["bm25"] < 0.5
    assert "gain over BM25 is proved" in trained.protocol


@pytest.fixture
def sentences():
    torch.manual_seed(0)
    features = WordFeatures(["where", "parcel"], ["<pa", "el>"], 8)
    config = SentenceEncoderConfig(words=3, parts=3, embedding=4, hidden=3, size=12)
    return Sentences(SentenceEncoder(config), features, torch.device("cpu"))


@pytest.fixture
def compared_by_sentences(settings):
    return settings.model_copy(update={"meaning": "sentences"})


def test_a_sentence_encoder_is_served_where_nothing_could_be_held_out(topics, compared_by_sentences, sentences):
    """It was trained before, and has proved itself on other lists."""
    thin = [replace(topic, questions=topic.questions[:2]) for topic in topics]
    trained = train_retriever(thin, compared_by_sentences, torch.device("cpu"), sentences=sentences)
    assert trained.predictor.weight == 0.5
    assert trained.predictor.dense.encoder.encoder is sentences
    assert "weight 0.5 as for other lists" in trained.protocol


@pytest.mark.parametrize("knows", [True, False])
def test_a_sentence_encoder_keeps_its_usual_weight_unless_another_is_proved_better(
    compared_by_sentences, sentences, monkeypatch, knows
):
    """Twenty topics whose held-out questions share all words with them; a bad encoder takes them for others' ones."""
    many = [Topic(f"t{n}", f"word{n}", tuple(f"word{n} {k}" for k in "abc"), f"word{n}.", "en") for n in range(20)]
    number = {text: n for n, topic in enumerate(many) for text in (*topic.texts, topic.answer)}
    places = np.eye(20, dtype=np.float32)

    def encode(_, texts):
        others = [0 if knows else " abc".find(text[-1]) for text in texts]
        return np.stack([places[(number[text] + other) % 20] for text, other in zip(texts, others, strict=True)])

    monkeypatch.setattr(Sentences, "encode", encode)
    monkeypatch.setattr(Sentences, "size", 20)
    trained = train_retriever(many, compared_by_sentences, torch.device("cpu"), sentences=sentences)
    assert (trained.predictor.weight == 0.5) is knows
    assert ("its usual one" in trained.protocol) or ("proved better" in trained.protocol)
    assert trained.run is None


def test_one_answer_leaves_nothing_to_choose(topics, settings):
    with pytest.raises(DataError, match="1 answers found; at least two expected"):
        train_retriever(topics[:1], settings, torch.device("cpu"))
