"""A turn: what is urgent, what was pasted, what is remembered, what is known, and an honest "I don't know"."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from nlpbot.assistant.assistant import Assistant, Minds, think_over
from nlpbot.assistant.store import Store
from nlpbot.chat.predictor import Guess
from nlpbot.core.text.language import Language
from nlpbot.fraud.predictor import Verdict
from nlpbot.retrieval.data import Topic

TOPICS = (
    Topic("smishing", "What is smishing?", ("what is smishing",), "Fraud by text message.", "en"),
    Topic("sent_money", "I sent money", ("i sent money",), "Call your bank now.", "en", urgent=True),
    Topic("refund", "Refunds", ("can i get a refund",), "Sometimes, if you act fast.", "en"),
    Topic("smishing", "스미싱이란?", ("스미싱이 뭐예요",), "문자로 하는 사기예요.", "ko"),
    Topic("sent_money", "돈을 보냈어요", ("돈을 보냈어요",), "지금 은행에 전화하세요.", "ko", urgent=True),
)
SCAM = "Parcel held, pay 2 at parcel-desk.example"


class Heard:
    """Minds that know a topic by its title's last word, and remember what they were asked."""

    def __init__(self) -> None:
        self.questions: list[str] = []
        self.scored: list[str] = []

    def find(self, questions: list[str], language: Language) -> list[Guess]:
        self.questions += questions
        return [self._guess(question, language) for question in questions]

    def score(self, message: str) -> Verdict:
        self.scored.append(message)
        return Verdict("fraud", 0.95, "parcel") if "pay" in message else Verdict("honest", 0.01)

    def _guess(self, question: str, language: Language) -> Guess:
        mine = [topic for topic in TOPICS if topic.language == language]
        fits = [topic for topic in mine if topic.questions[0].split()[-1] in question.lower()]
        confidence = 0.5 + len(question) / 1000
        return Guess(question, tuple(fits + [t for t in mine if t not in fits]), confidence, bool(fits), bool(fits))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def minds(heard: Heard) -> Minds:
    return Minds(heard.find, heard.score, TOPICS)


@pytest.fixture
def assistant(minds: Minds, store: Store) -> Assistant:
    return Assistant(minds, store)


def _talk(assistant: Assistant, *messages: str, **more: Any) -> list[dict[str, Any]]:
    replies, conversation = [], None
    for message in messages:
        turn = assistant.respond("ann", message, conversation=conversation, **more)
        conversation = turn.conversation
        replies.append(turn.reply)
    return replies


def test_what_is_urgent_comes_before_everything_else(assistant: Assistant, heard: Heard) -> None:
    plain, pasted = _talk(assistant, "I just sent money to a scammer", f"I already paid them! I got this text: {SCAM}")
    assert (plain["kind"], plain["text"]) == ("urgent", "Call your bank now.")
    assert heard.questions == []
    assert pasted["kind"] == "urgent"
    assert pasted["judgement"]["verdict"] == "fraud"
    assert _talk(assistant, "방금 사기꾼에게 돈을 보냈어요")[0]["text"] == "지금 은행에 전화하세요."


@pytest.mark.parametrize("message", [f"is this a scam? {SCAM}", f"is this a scam\n{SCAM}", f"I got this text: {SCAM}"])
def test_what_was_pasted_is_judged_and_nothing_else(assistant: Assistant, heard: Heard, message: str) -> None:
    (reply,) = _talk(assistant, message)
    assert (reply["kind"], reply["judgement"]["verdict"], reply["judgement"]["text"]) == ("judgement", "fraud", SCAM)
    assert heard.scored == [SCAM]


@pytest.mark.parametrize(
    "message",
    [
        "A man called and wants me to pay 2000 dollars",
        "Is this a scam? They want me to pay by gift card",
        "what if I pay",
    ],
)
def test_worried_people_are_not_flagged(assistant: Assistant, heard: Heard, message: str) -> None:
    (reply,) = _talk(assistant, message)
    assert reply["judgement"] is None
    assert heard.scored == []


def test_an_honest_verdict_never_says_safe(assistant: Assistant) -> None:
    for message in ("is this a scam? Dinner at seven tonight?", "이거 사기야? 오늘 저녁 일곱 시에 만나요"):
        reply = _talk(assistant, message)[0]
        assert reply["judgement"]["verdict"] == "honest"
        assert "is safe" not in reply["text"]
        assert "안전합니다" not in reply["text"]


def test_a_bare_question_asks_for_the_message(assistant: Assistant, heard: Heard) -> None:
    assert "Paste" in _talk(assistant, "is this a scam?")[0]["text"]
    assert "붙여넣" in _talk(assistant, "이거 사기야?")[0]["text"]
    assert heard.questions == []


def test_after_a_question_it_is_about_that(assistant: Assistant, heard: Heard) -> None:
    assert "Paste" not in _talk(assistant, "can i get a refund", "is this a scam?")[1]["text"]
    assert heard.questions[-1] == "can i get a refund is this a scam?"


def test_a_name_is_remembered_in_its_conversation_and_forgotten_on_request(assistant: Assistant) -> None:
    replies = _talk(assistant, "my name is Anna", "what is my name?", "forget me", "what is my name?")
    assert "Anna" in replies[1]["text"]
    assert [reply["kind"] for reply in replies] == ["memory"] * 4
    assert "Anna" not in replies[3]["text"]
    assert "Anna" not in _talk(assistant, "what is my name?")[0]["text"]


def test_a_short_question_is_read_with_the_one_before(assistant: Assistant, heard: Heard) -> None:
    _, reply = _talk(assistant, "what is smishing", "and what about that?")
    assert reply["text"] == "Fraud by text message."
    assert heard.questions[-2:] == ["and what about that?", "what is smishing and what about that?"]


def test_what_is_not_known_is_said_with_the_nearest_topics(assistant: Assistant) -> None:
    (reply,) = _talk(assistant, "who won the football game")
    assert reply["kind"] == "unknown"
    assert "don't know" in reply["text"]
    assert [topic["id"] for topic in reply["topics"]] == ["smishing", "sent_money", "refund"]


def test_replies_are_in_the_language_of_the_message(assistant: Assistant) -> None:
    english, korean = _talk(assistant, "what is smishing", "스미싱이 뭐예요")
    assert (english["language"], korean["language"]) == ("en", "ko")
    assert korean["text"] == "문자로 하는 사기예요."


def test_every_turn_is_on_disk_before_it_is_answered(assistant: Assistant, store: Store) -> None:
    turn = assistant.respond("ann", "what is smishing")
    messages = store.messages("ann", turn.conversation) or []
    assert messages[-1].reply == {**turn.reply, "topics": list(turn.reply["topics"])}


def test_a_strangers_conversation_starts_anew(assistant: Assistant) -> None:
    mine = assistant.respond("ann", "my name is Anna").conversation
    other = assistant.respond("bob", "what is my name?", conversation=mine)
    assert other.conversation != mine
    assert "Anna" not in other.reply["text"]


def test_a_failing_mind_keeps_nothing(minds: Minds, store: Store) -> None:
    def broken(questions: list[str], language: Language) -> list[Guess]:
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError):
        Assistant(replace(minds, find=broken), store).respond("ann", "what is smishing")
    assert store.conversations("ann") == []


def test_without_the_scam_part_nothing_is_judged(minds: Minds, store: Store) -> None:
    reply = Assistant(replace(minds, score=None), store).respond("ann", f"is this a scam? {SCAM}").reply
    assert (reply["judgement"], reply["kind"]) == (None, "unknown")


def test_thinking_over_some_messages_keeps_nothing(minds: Minds, store: Store) -> None:
    assert "Anna" in think_over(minds, ["my name is Anna", "what is my name?"])
    assert "- " in think_over(minds, [f"is this a scam? {SCAM}"])  # the advice, as lines
    assert store.conversations("ann") == []


def test_new_conversations_do_not_wait_for_one_another(heard: Heard, minds: Minds, store: Store) -> None:
    users = 80
    all_thinking = threading.Barrier(users, timeout=20)

    def find(questions: list[str], language: Language) -> list[Guess]:
        all_thinking.wait()  # nobody is answered before all are asked
        return heard.find(questions, language)

    assistant = Assistant(replace(minds, find=find), store)
    with ThreadPoolExecutor(users) as visitors:
        turns = visitors.map(lambda user: assistant.respond(f"user {user}", "what is smishing"), range(users))
        assert {turn.reply["text"] for turn in turns} == {"Fraud by text message."}
