"""One turn of the assistant: what was pasted is judged, what was asked is answered, and both are kept."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import NamedTuple

from nlpbot.assistant.answer import Answer
from nlpbot.assistant.pasted import asks_to_judge, pasted_part
from nlpbot.assistant.store import Store
from nlpbot.chat.dialogue import Understanding, follows_up, reply
from nlpbot.chat.memory import understand
from nlpbot.chat.phrases import Phrases
from nlpbot.chat.predictor import Guess
from nlpbot.chat.state import ChatState, Reply
from nlpbot.chat.urgent import UrgentCases, urgent_topic
from nlpbot.core.text.language import Language, language_of
from nlpbot.fraud.judgement import Judgement, judge
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.wording import Wording
from nlpbot.retrieval.data import Topic

__all__ = ["CONTEXT", "Assistant", "Backend", "Scorer", "Turn", "reply_to"]

LOCKS = 1024
CONTEXT = 6
"""Messages that a stateless request is read back; what lies further back says little."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """The scam part.

    Attributes:
        score: from a message to its verdict with spans; it may wait its turn on the engine.
        wording: what is said of verdicts.
        synthetic: whether it was trained on messages that nobody received.
    """

    score: Callable[[str], Verdict]
    wording: Wording
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Backend:
    """The models behind the assistant.

    Attributes:
        find: from questions and the language of the answers to guesses; it may wait its turn on the engine.
        topics: all that can be answered.
        phrases: what is said around answers.
        urgent_cases: what is answered before anything is looked up.
        scorer: judges what was pasted, or None where the scam part is switched off.
    """

    find: Callable[[list[str], Language], list[Guess]]
    topics: tuple[Topic, ...]
    phrases: Phrases
    urgent_cases: UrgentCases
    scorer: Scorer | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """The reply to a message, and where it was kept.

    Attributes:
        conversation: id of the conversation.
        message_id: of the reply.
        reply: what the bot says.
        judgement: what is thought of the message that was pasted, or None where none was.
    """

    conversation: str
    message_id: int
    reply: Reply
    judgement: Judgement | None

    @property
    def answer(self) -> Answer:
        """The reply and the judgement together."""
        return Answer(self.reply, self.judgement)


class Assistant:
    """The assistant over a store of conversations.

    Args:
        backend: gives the models to ask for a turn, since others may take their place between turns.
        store: where conversations are kept.
    """

    def __init__(self, backend: Callable[[], Backend], store: Store) -> None:
        self._backend = backend
        self.store = store
        self._locks = [threading.Lock() for _ in range(LOCKS)]

    def respond(
        self,
        owner: str,
        message: str,
        *,
        conversation: str | None = None,
        pasted: str | None = None,
        language: Language | None = None,
    ) -> Turn:
        """Return the reply to a message, after it is on disk.

        Args:
            owner: who may read the conversation.
            message: as it was sent.
            conversation: to go on with; one that is not the owner's starts anew.
            pasted: the part that the page saw being pasted.
            language: that the user chose; by default that of the message.
        """
        with self._turn_in(owner, conversation):
            known = self.store.conversation(owner, conversation) if conversation is not None else None
            state = ChatState.from_json(known.state) if known is not None else ChatState(language=language or "en")
            response = _Responder(self._backend()).respond(state, message, pasted=pasted, language=language)
            content = Answer(response.reply, response.judgement).to_json()
            stored = self.store.add_turn(owner, conversation, message, content, response.state.to_json())
        return Turn(stored.conversation, stored.message_id, response.reply, response.judgement)

    def _turn_in(self, owner: str, conversation: str | None) -> AbstractContextManager[object]:
        """Hold a conversation, whose messages at once would all start from one state; a new one has only this."""
        return nullcontext() if conversation is None else self._locks[hash((owner, conversation)) % LOCKS]


class _Response(NamedTuple):
    """What to say, what is thought of what was pasted, and the state after it."""

    reply: Reply
    judgement: Judgement | None
    state: ChatState


class _Responder:
    """Replies to a message by asking the models, without keeping anything."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._topics = {(topic.language, topic.id): topic for topic in backend.topics}

    def respond(
        self, state: ChatState, message: str, *, pasted: str | None = None, language: Language | None = None
    ) -> _Response:
        """Return the response to a message; the arguments are those of `Assistant.respond`."""
        scorer = self._backend.scorer
        received = pasted_part(message, pasted) if scorer is not None else None
        own_words = message.replace(received, " ").strip() if received else message
        spoken = language_of(own_words or message, default=language or state.language)
        judgement = _judged(scorer, received, spoken) if scorer is not None and received else None
        urgent = urgent_topic(own_words, spoken, self._backend.urgent_cases) if own_words else None
        heard = Understanding(
            message=message,
            language=spoken,
            urgent=self._topics.get((spoken, urgent)) if urgent else None,
            judged=(judgement.summary, judgement.verdict) if judgement else None,
            remembering=None if judgement else understand(message, spoken),
            guess=None,
            asks_to_judge=scorer is not None and state.question is None and asks_to_judge(message),
        )
        if not (heard.urgent or heard.judged or heard.remembering or heard.asks_to_judge):
            heard = self._with_guesses(heard, state)
        said, after = reply(state, heard, self._backend.phrases)
        return _Response(said, judgement, after)

    def _with_guesses(self, heard: Understanding, state: ChatState) -> Understanding:
        questions = [heard.message]
        if follows_up(heard.message, state):
            questions.append(f"{state.question} {heard.message}")
        guess, *in_context = self._backend.find(questions, heard.language)
        return replace(heard, guess=guess, guess_in_context=in_context[0] if in_context else None)


def reply_to(backend: Backend, messages: Sequence[str]) -> str:
    """Return the reply to the last of some messages of a user, with the others as context; nothing is kept."""
    responder, state, text = _Responder(backend), ChatState(), ""
    for message in messages[-CONTEXT:]:
        said, judgement, state = responder.respond(state, message)
        advice = "".join(f"\n- {line}" for line in judgement.advice) if judgement else ""
        text = said.text + advice
    return text


def _judged(scorer: Scorer, received: str, language: Language) -> Judgement:
    return judge(received, scorer.score(received), language, scorer.wording, synthetic=scorer.synthetic)
