"""One turn of the assistant: what was pasted is judged, what was asked is answered, and both are kept."""

import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from typing import Any

from nlpbot.assistant.pasted import asks_to_judge, pasted_part
from nlpbot.assistant.store import Store
from nlpbot.chat.dialogue import Understanding, follows_up, reply
from nlpbot.chat.memory import understand
from nlpbot.chat.predictor import Guess
from nlpbot.chat.state import ChatState, Reply
from nlpbot.chat.urgent import urgent_topic
from nlpbot.core.text.language import Language, language_of
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.wording import Judgement, judge
from nlpbot.retrieval.data import Topic

__all__ = ["CONTEXT", "Assistant", "Minds", "Turn", "think_over"]

LOCKS = 1024
CONTEXT = 6
"""Messages that a stateless request is read back; what lies further back says little."""


@dataclass(frozen=True, slots=True)
class Minds:
    """What the assistant thinks with; each may wait its turn on the engine.

    Attributes:
        find: from questions and the language of the answers to guesses.
        score: from a message to its verdict with spans, or None where the scam part is switched off.
        topics: all that can be answered.
        synthetic: whether the scorer was trained on messages that nobody received.
    """

    find: Callable[[list[str], Language], list[Guess]]
    score: Callable[[str], Verdict] | None
    topics: tuple[Topic, ...]
    synthetic: bool = True


@dataclass(frozen=True, slots=True)
class Turn:
    """A reply, kept: `reply` is what the page gets, `id` and `conversation` where it was kept."""

    conversation: str
    reply: dict[str, Any]


class Assistant:
    """The assistant over a store of conversations.

    Args:
        minds: what it thinks with.
        store: where conversations are kept.
    """

    def __init__(self, minds: Minds, store: Store) -> None:
        self._thinker = _Thinker(minds)
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
            said, judgement, after = self._thinker.think(state, message, pasted, language)
            content = {**asdict(said), "judgement": asdict(judgement) if judgement else None}
            stored = self.store.add_turn(owner, conversation, message, content, after.to_json())
        return Turn(stored.conversation, {"id": stored.message_id, **content})

    def _turn_in(self, owner: str, conversation: str | None) -> AbstractContextManager[Any]:
        """Hold a conversation, whose messages at once would all start from one state; a new one has only this."""
        return nullcontext() if conversation is None else self._locks[hash((owner, conversation)) % LOCKS]


class _Thinker:
    """Turns a message into a reply, without keeping anything."""

    def __init__(self, minds: Minds) -> None:
        self._minds = minds
        self._topics = {(topic.language, topic.id): topic for topic in minds.topics}

    def think(
        self, state: ChatState, message: str, pasted: str | None, language: Language | None
    ) -> tuple[Reply, Judgement | None, ChatState]:
        """Return what to say, what is thought of what was pasted, and the state after it."""
        received = pasted_part(message, pasted) if self._minds.score is not None else None
        own_words = message.replace(received, " ").strip() if received else message
        spoken = language_of(own_words or message, default=language or state.language)
        judgement = self._judge(received, spoken) if received else None
        urgent = urgent_topic(own_words, spoken) if own_words else None
        heard = Understanding(
            message=message,
            language=spoken,
            urgent=self._topics.get((spoken, urgent)) if urgent else None,
            judged=(judgement.summary, judgement.verdict) if judgement else None,
            remembering=None if judgement else understand(message, spoken),
            guess=None,
            asks_to_judge=self._minds.score is not None and state.question is None and asks_to_judge(message),
        )
        if not (heard.urgent or heard.judged or heard.remembering or heard.asks_to_judge):
            heard = self._look_up(heard, state)
        said, after = reply(state, heard)
        return said, judgement, after

    def _judge(self, received: str, language: Language) -> Judgement:
        assert self._minds.score is not None  # noqa: S101  # asked only then
        return judge(received, self._minds.score(received), language, synthetic=self._minds.synthetic)

    def _look_up(self, heard: Understanding, state: ChatState) -> Understanding:
        questions = [heard.message]
        if follows_up(heard.message, state):
            questions.append(f"{state.question} {heard.message}")
        guess, *in_context = self._minds.find(questions, heard.language)
        return replace(heard, guess=guess, guess_in_context=in_context[0] if in_context else None)


def think_over(minds: Minds, messages: Sequence[str]) -> str:
    """Return the reply to the last of some messages of a user, with the others as context; nothing is kept."""
    thinker, state, text = _Thinker(minds), ChatState(), ""
    for message in messages[-CONTEXT:]:
        said, judgement, state = thinker.think(state, message, None, None)
        advice = "".join(f"\n- {line}" for line in judgement.advice) if judgement else ""
        text = said.text + advice
    return text
