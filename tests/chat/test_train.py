"""Blend and confidence come from questions held out; with too few, the chatbot is cautious."""

from collections.abc import Callable

import numpy as np
import pytest

from nlpbot.chat.train import TrainedChat
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.retrieval.data import Topic

Train = Callable[..., TrainedChat]
SHOP = [
    Topic("return", "Returns", ("how do i return an item",), "Send it back within a month.", "en"),
    Topic("hours", "Opening hours", ("what are your opening hours",), "We open at nine.", "en"),
    Topic("pay", "Payment", ("how can i pay",), "By card or on delivery.", "en"),
]
WORDS = ["parcel", "bank", "link", "card", "wifi", "code", "app", "phone", "mail", "tax", "loan", "job"]


def _topic(word: str) -> Topic:
    return Topic(word, word, (f"what about the {word}", f"my {word} is odd", f"help with {word}"), f"See {word}.", "en")


def test_it_measures_what_it_chose(trained: TrainedChat) -> None:
    assert set(trained.metrics) == {
        "accuracy", "bm25", "encoder", "intents", "known", "known_or_likely", "accuracy_of_known", "confident_mistakes"
    }  # fmt: skip
    assert "8 questions held out" in trained.protocol
    assert "7 out of scope" in trained.protocol


def test_what_is_proved_is_served_and_no_more(trained: TrainedChat) -> None:
    """Intents tell each of the eight questions better than BM25 does; an encoder of two epochs tells nothing."""
    assert trained.metrics["intents"] == 1 > trained.metrics["encoder"]
    assert trained.predictor.blend.intent_weight > 0
    assert trained.predictor.retriever.dense is None
    assert "; BM25 and intents served" in trained.protocol


def test_without_proof_bm25_alone_is_served(train: Train) -> None:
    """Two questions, one of each topic, prove nothing, however well intents do on them."""
    few = train([_topic(word) for word in WORDS[:2]], ("zzz qqq",))
    assert (few.predictor.retriever.dense, few.predictor.blend.intent_weight) == (None, 0)
    assert "; BM25 served" in few.protocol


def test_no_text_gets_its_concepts_twice(
    train: Train, topics: list[Topic], outside: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blend and confidence are learned from questions as they are read when they are asked."""
    expand, read = Concepts.expand, list[str]()

    def expand_once(self: Concepts, text: str, **options: bool) -> str:
        read.append(text)
        return expand(self, text, **options)

    monkeypatch.setattr(Concepts, "expand", expand_once)
    train(topics, outside, concepts=Concepts({"en": {"secret": ["password", "code"]}, "ko": {"post": ["택배"]}}))
    assert any("password" in text for text in read)
    assert not any("<about_" in text for text in read)


def test_questions_it_was_taught_are_known(trained: TrainedChat, topics: list[Topic]) -> None:
    guesses = trained.predictor.predict([topic.questions[0] for topic in topics])
    assert [guess.topics[0].id for guess in guesses] == [topic.id for topic in topics]
    assert [guess.topics[0].language for guess in guesses] == [topic.language for topic in topics]


def test_one_question_an_answer_is_enough_to_know_it_but_not_to_trust_everything(train: Train) -> None:
    shop = train(SHOP)
    exact, nonsense = shop.predictor.predict(["how do i return an item", "asdf qwer"])
    assert (exact.topics[0].id, exact.known) == ("return", True)
    assert (nonsense.known, nonsense.likely) == (False, False)
    assert "cautious rule" in shop.protocol
    assert shop.metrics == {}


def test_without_questions_out_of_scope_it_does_not_learn_to_trust_everything(train: Train) -> None:
    few = train([_topic(word) for word in WORDS[:4]])
    (nonsense,) = few.predictor.predict(["zzz qqq"])
    assert not nonsense.likely
    assert "confident_mistakes" not in few.metrics


def test_topics_kept_back_stand_in_for_what_is_out_of_scope(train: Train) -> None:
    many = train([_topic(word) for word in WORDS])
    assert "3 out of scope" in many.protocol  # one topic of twelve
    assert len(many.predictor.topics) == 12  # and it is known in the end


def test_a_language_whose_only_topic_was_kept_back_is_served(train: Train) -> None:
    korean = Topic("post", "택배", ("택배 언제 와요", "택배가 안 와요", "택배 늦어요"), "금요일에 옵니다.", "ko")
    topics = [korean, *map(_topic, WORDS)]
    seed = next(seed for seed in range(99) if np.random.default_rng(seed).permutation(len(topics))[0] == 0)
    (guess,) = train(topics, seed=seed).predictor.predict(["택배 언제 와요"])
    assert guess.topics == (korean,)


def test_a_single_topic_is_refused(train: Train) -> None:
    with pytest.raises(DataError, match="1 topics found; at least two expected"):
        train(SHOP[:1])
