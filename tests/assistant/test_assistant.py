"""A turn: what is urgent, what was pasted, what is remembered, what is known, and an honest "I don't know"."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from nlpbot.assistant.answer import Answer
from nlpbot.assistant.assistant import Assistant, Backend, Scorer, Turn, reply_to
from nlpbot.assistant.store import Store
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.predictor import Guess
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.values import read_values
from nlpbot.core.text.language import Language
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.wording import Wording, wording_files
from nlpbot.retrieval.data import Topic

TOPICS = (
    Topic("smishing", "What is smishing?", ("what is smishing",), "Fraud by text message.", "en"),
    Topic("sent_money", "I sent money", ("i sent money",), "Call your bank now.", "en", urgent=True),
    Topic("refund", "Refunds", ("can i get a refund",), "Sometimes, if you act fast.", "en"),
    Topic("smishing", "스미싱이란?", ("스미싱이 뭐예요",), "문자로 하는 사기예요.", "ko"),
    Topic("sent_money", "돈을 보냈어요", ("돈을 보냈어요",), "지금 은행에 전화하세요.", "ko", urgent=True),
)
PHRASES, CASES = read_values(phrase_files(), Phrases), read_values([urgent_file()], UrgentCases)
WORDING = read_values(wording_files(), Wording)
SCAM = "Parcel held, pay 2 at parcel-desk.example"


class Heard:
    """Models that know a topic by its title's last word, and remember what they were asked."""

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
def backend(heard: Heard) -> Backend:
    return Backend(heard.find, TOPICS, PHRASES, CASES, Scorer(heard.score, WORDING, synthetic=True))


@pytest.fixture
def assistant(backend: Backend, store: Store) -> Assistant:
    return Assistant(lambda: backend, store)


def _talk(assistant: Assistant, *messages: str, **more: Any) -> list[Turn]:
    turns, conversation = list[Turn](), None
    for message in messages:
        turn = assistant.respond("ann", message, conversation=conversation, **more)
        conversation = turn.conversation
        turns.append(turn)
    return turns


def test_what_is_urgent_comes_before_everything_else(assistant: Assistant, heard: Heard) -> None:
    plain, pasted = _talk(assistant, "I just sent money to a scammer", f"I already paid them! I got this text: {SCAM}")
    assert (plain.reply.kind, plain.reply.text) == ("urgent", "Call your bank now.")
    assert heard.questions == []
    assert pasted.reply.kind == "urgent"
    assert pasted.judgement is not None
    assert pasted.judgement.verdict == "fraud"
    assert _talk(assistant, "방금 사기꾼에게 돈을 보냈어요")[0].reply.text == "지금 은행에 전화하세요."


@pytest.mark.parametrize("message", [f"is this a scam? {SCAM}", f"is this a scam\n{SCAM}", f"I got this text: {SCAM}"])
def test_what_was_pasted_is_judged_and_nothing_else(assistant: Assistant, heard: Heard, message: str) -> None:
    (turn,) = _talk(assistant, message)
    assert turn.judgement is not None
    assert (turn.reply.kind, turn.judgement.verdict, turn.judgement.text) == ("judgement", "fraud", SCAM)
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
    (turn,) = _talk(assistant, message)
    assert turn.judgement is None
    assert heard.scored == []


def test_an_honest_verdict_never_says_safe(assistant: Assistant) -> None:
    for message in ("is this a scam? Dinner at seven tonight?", "이거 사기야? 오늘 저녁 일곱 시에 만나요"):
        (turn,) = _talk(assistant, message)
        assert turn.judgement is not None
        assert turn.judgement.verdict == "honest"
        assert "is safe" not in turn.reply.text
        assert "안전합니다" not in turn.reply.text


def test_a_bare_question_asks_for_the_message(assistant: Assistant, heard: Heard) -> None:
    assert "Paste" in _talk(assistant, "is this a scam?")[0].reply.text
    assert "붙여넣" in _talk(assistant, "이거 사기야?")[0].reply.text
    assert heard.questions == []


def test_after_a_question_it_is_about_that(assistant: Assistant, heard: Heard) -> None:
    assert "Paste" not in _talk(assistant, "can i get a refund", "is this a scam?")[1].reply.text
    assert heard.questions[-1] == "can i get a refund is this a scam?"


def test_a_name_is_remembered_in_its_conversation_and_forgotten_on_request(assistant: Assistant) -> None:
    turns = _talk(assistant, "my name is Anna", "what is my name?", "forget me", "what is my name?")
    assert "Anna" in turns[1].reply.text
    assert [turn.reply.kind for turn in turns] == ["memory"] * 4
    assert "Anna" not in turns[3].reply.text
    assert "Anna" not in _talk(assistant, "what is my name?")[0].reply.text


def test_a_short_question_is_read_with_the_one_before(assistant: Assistant, heard: Heard) -> None:
    _, turn = _talk(assistant, "what is smishing", "and what about that?")
    assert turn.reply.text == "Fraud by text message."
    assert heard.questions[-2:] == ["and what about that?", "what is smishing and what about that?"]


def test_what_is_not_known_is_said_with_the_nearest_topics(assistant: Assistant) -> None:
    (turn,) = _talk(assistant, "who won the football game")
    assert turn.reply.kind == "unknown"
    assert "don't know" in turn.reply.text
    assert [topic.id for topic in turn.reply.topics] == ["smishing", "sent_money", "refund"]


def test_replies_are_in_the_language_of_the_message(assistant: Assistant) -> None:
    english, korean = _talk(assistant, "what is smishing", "스미싱이 뭐예요")
    assert (english.reply.language, korean.reply.language) == ("en", "ko")
    assert korean.reply.text == "문자로 하는 사기예요."


def test_every_turn_is_on_disk_before_it_is_answered(assistant: Assistant, store: Store) -> None:
    for message in ("what is smishing", f"is this a scam? {SCAM}", "who won the football game"):
        turn = assistant.respond("ann", message)
        messages = store.messages("ann", turn.conversation) or []
        assert Answer.from_json(messages[-1].reply or {}) == Answer(turn.reply, turn.judgement)
        assert messages[-1].id == turn.message_id


def test_a_strangers_conversation_starts_anew(assistant: Assistant) -> None:
    mine = assistant.respond("ann", "my name is Anna").conversation
    other = assistant.respond("bob", "what is my name?", conversation=mine)
    assert other.conversation != mine
    assert "Anna" not in other.reply.text


def test_a_failing_model_keeps_nothing(backend: Backend, store: Store) -> None:
    def broken(questions: list[str], language: Language) -> list[Guess]:
        raise RuntimeError("no model")

    with pytest.raises(RuntimeError):
        Assistant(lambda: replace(backend, find=broken), store).respond("ann", "what is smishing")
    assert store.conversations("ann") == []


def test_without_the_scam_part_nothing_is_judged(backend: Backend, store: Store) -> None:
    turn = Assistant(lambda: replace(backend, scorer=None), store).respond("ann", f"is this a scam? {SCAM}")
    assert (turn.judgement, turn.reply.kind) == (None, "unknown")


def test_replying_to_some_messages_keeps_nothing(backend: Backend, store: Store) -> None:
    assert "Anna" in reply_to(backend, ["my name is Anna", "what is my name?"])
    assert "- " in reply_to(backend, [f"is this a scam? {SCAM}"])  # the advice, as lines
    assert store.conversations("ann") == []


def test_new_conversations_do_not_wait_for_one_another(heard: Heard, backend: Backend, store: Store) -> None:
    users = 80
    all_asked = threading.Barrier(users, timeout=20)

    def find(questions: list[str], language: Language) -> list[Guess]:
        all_asked.wait()  # nobody is answered before all are asked
        return heard.find(questions, language)

    assistant = Assistant(lambda: replace(backend, find=find), store)
    with ThreadPoolExecutor(users) as visitors:
        turns = visitors.map(lambda user: assistant.respond(f"user {user}", "what is smishing"), range(users))
        assert {turn.reply.text for turn in turns} == {"Fraud by text message."}
