"""The policy: a state and what was understood in, a reply and the next state out."""

from typing import Any, get_args

import pytest

from nlpbot.chat.dialogue import Understanding, follows_up
from nlpbot.chat.dialogue import reply as reply_in
from nlpbot.chat.memory import Remembering
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.predictor import Guess
from nlpbot.chat.state import ChatState, Reply
from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.text.language import Language
from nlpbot.retrieval.data import Mark, Topic, load_topics

PHRASES = read_values(phrase_files(), Phrases)


def _topic(name: str, *marks: Mark, urgent: bool = False, language: Language = "en") -> Topic:
    return Topic(name, name.title(), (f"what about {name}",), f"All about {name}.", language, urgent, marks)


LINKS, CARDS, CODES, PINS = (_topic(name) for name in ("links", "cards", "codes", "pins"))
HELLO = _topic("greeting", "small_talk", "courtesy", "by_name")
THANKS, JOKE = _topic("thanks", "small_talk", "courtesy"), _topic("joke", "small_talk")
BANK = _topic("bank", urgent=True)


def _guess(*topics: Topic, confidence: float = 0.9, known: bool = True, likely: bool = True) -> Guess:
    return Guess("?", topics, confidence, known, likely)


def _heard(message: str = "a question", **more: Any) -> Understanding:
    nothing = {"language": "en", "urgent": None, "judged": None, "remembering": None, "guess": None}
    return Understanding(message, **{**nothing, **more})


def reply(state: ChatState, heard: Understanding) -> tuple[Reply, ChatState]:
    return reply_in(state, heard, PHRASES)


def test_the_order_is_urgent_then_judged_then_memory_then_known() -> None:
    everything = {"urgent": BANK, "judged": ("Looks bad.", "fraud"), "remembering": Remembering("ask_name"),
                  "asks_to_judge": True, "guess": _guess(LINKS)}  # fmt: skip
    kinds = []
    for name in ("urgent", "judged", "remembering", "asks_to_judge", "guess"):
        said, _ = reply(ChatState(), _heard(**everything))
        kinds.append((said.kind, said.text[:9]))
        del everything[name]
    assert kinds == [("urgent", "All about"), ("judgement", "Looks bad"), ("memory", "You haven"),
                     ("answer", "Paste the"), ("answer", "All about")]  # fmt: skip


def test_a_known_topic_is_answered_and_remembered() -> None:
    said, after = reply(ChatState(name="Ann"), _heard(guess=_guess(LINKS, CARDS)))
    assert (said.text, said.kind, said.topics) == ("All about links.", "answer", ())
    assert after == ChatState(name="Ann", topic="links", question="a question", turns=1)
    assert reply(ChatState(), _heard(guess=_guess(BANK)))[0].kind == "urgent"


def test_context_that_leads_back_to_the_last_answer_is_left_out() -> None:
    alone = _guess(CARDS, known=False)
    heard = _heard(guess=alone, guess_in_context=_guess(LINKS))
    assert reply(ChatState(topic="links"), heard)[0].text.endswith("All about cards.")
    assert reply(ChatState(topic="pins"), heard)[0].text == "All about links."


def test_two_courtesies_at_once_get_one_back() -> None:
    unsure = {"known": False, "likely": False}
    assert reply(ChatState(), _heard(guess=_guess(HELLO, THANKS, LINKS, **unsure)))[0].kind == "small_talk"
    assert reply(ChatState(), _heard(guess=_guess(HELLO, LINKS, THANKS, **unsure)))[0].kind == "unknown"


def test_small_talk_is_never_offered_as_a_choice() -> None:
    unsure = {"known": False, "likely": False}
    said, _ = reply(ChatState(), _heard(guess=_guess(HELLO, LINKS, THANKS, CARDS, **unsure)))
    assert [choice.id for choice in said.topics] == ["links", "cards"]
    said, _ = reply(ChatState(), _heard(guess=_guess(JOKE, HELLO, **unsure)))
    assert (said.text, said.topics) == ("I don't know that.", ())


def test_a_likely_topic_is_answered_with_a_warning_and_others() -> None:
    said, after = reply(ChatState(), _heard(guess=_guess(LINKS, CARDS, CODES, PINS, known=False)))
    assert said.text.startswith("I am not sure")
    assert said.text.endswith("All about links.")
    assert [choice.id for choice in said.topics] == ["cards", "codes"]
    assert after.topic == "links"


def test_what_is_not_known_is_said_with_the_nearest_topics_as_choices() -> None:
    said, after = reply(
        ChatState(topic="pins"), _heard(guess=_guess(LINKS, CARDS, CODES, PINS, known=False, likely=False))
    )
    assert said.kind == "unknown"
    assert "don't know" in said.text
    assert (said.topics[0].title, said.topics[0].question) == ("Links", "what about links")
    assert len(said.topics) == 3
    assert after.topic == "pins"  # nothing was understood
    assert reply(ChatState(), _heard(guess=None))[0].kind == "unknown"
    assert "모르는" in reply(ChatState(), _heard(language="ko", guess=_guess()))[0].text


@pytest.mark.parametrize(
    ("alone", "together", "answer"),
    [
        (_guess(LINKS, confidence=0.3, known=False, likely=False), _guess(CARDS), "All about cards."),
        (_guess(LINKS, confidence=0.8), _guess(CARDS, confidence=0.9), "All about links."),
        (_guess(LINKS, confidence=0.5), _guess(CARDS, confidence=0.6, known=False), "All about links."),
        (None, _guess(CARDS), "All about cards."),
    ],
)
def test_the_question_before_helps_where_it_is_surer(alone: Guess | None, together: Guess, answer: str) -> None:
    assert reply(ChatState(), _heard(guess=alone, guess_in_context=together))[0].text == answer


def test_small_talk_calls_by_name_and_is_no_topic_to_go_on_about() -> None:
    said, after = reply(ChatState(name="Ann", topic="links"), _heard(guess=_guess(HELLO)))
    assert (said.text, said.kind, after.topic) == ("Ann! All about greeting.", "small_talk", "links")
    assert reply(ChatState(), _heard(guess=_guess(HELLO)))[0].text == "All about greeting."
    assert reply(ChatState(name="Ann"), _heard(guess=_guess(THANKS)))[0].text == "All about thanks."


def test_small_talk_is_what_is_marked_so_whatever_its_id() -> None:
    said, _ = reply(ChatState(name="Ann"), _heard(guess=_guess(_topic("greeting"))))
    assert (said.text, said.kind) == ("All about greeting.", "answer")


def test_phrases_are_those_of_the_bot() -> None:
    mine = PHRASES.model_copy(update={"unknown_bare": PHRASES.paste_hint})
    said, _ = reply_in(ChatState(), _heard(guess=None), mine)
    assert said.text == PHRASES.paste_hint.text("en")


def test_a_name_is_kept_and_everything_is_forgotten_on_request() -> None:
    told = ChatState(topic="links", question="q", verdict="fraud")
    said, state = reply(told, _heard(remembering=Remembering("tell_name", "Ann")))
    assert "Ann" in said.text
    assert "Ann" in reply(state, _heard(remembering=Remembering("ask_name")))[0].text
    assert "“q”" in reply(state, _heard(remembering=Remembering("ask_last")))[0].text
    assert reply(state, _heard(remembering=Remembering("forget_name")))[1].topic == "links"
    _, blank = reply(state, _heard(remembering=Remembering("forget_me")))
    assert blank == ChatState(turns=2)


def test_a_judgement_is_remembered() -> None:
    assert reply(ChatState(), _heard(judged=("Looks bad.", "fraud")))[1].verdict == "fraud"


@pytest.mark.parametrize(
    ("message", "language", "expected"),
    [
        ("and what about that?", "en", True),
        ("is it dangerous?", "en", True),
        ("그럼 어떻게 해요?", "ko", True),
        ("how do I report a scam", "en", False),
        ("that one was long, and now I want to tell you a story", "en", False),
    ],
)
def test_short_messages_that_point_back_follow_up(message: str, language: Language, expected: bool) -> None:
    assert follows_up(message, ChatState(language=language, question="what is smishing")) == expected
    assert not follows_up(message, ChatState(language=language))


@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_mark_is_used_in_the_default_data(language: Language) -> None:
    topics = load_topics(data_folder("chat") / f"{language}-small-talk.yaml")
    assert {mark for topic in topics for mark in topic.marks} == set(get_args(Mark))
    assert all("small_talk" in topic.marks for topic in topics if topic.marks)
