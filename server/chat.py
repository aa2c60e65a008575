"""/api/chat: a message to the assistant, and its reply."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from flask import Blueprint, Response, request
from pydantic import Field

from nlpbot.core.serving.limits import ConcurrencyLimit
from server.bodies import Body, Language, Text, with_example
from server.errors import Problem, ProblemDocument, to_problem
from server.exchange import answer, body_as
from server.judgement import SCAM, Judgement
from server.operations import Operation
from server.security import owner
from server.streams import EVENTS, event, event_stream, pieces

if TYPE_CHECKING:
    from nlpbot.assistant.answer import Answer
    from nlpbot.assistant.assistant import Assistant, Turn

__all__ = [
    "CONVERSATION",
    "OPERATIONS",
    "ChatDelta",
    "ChatRequest",
    "ChatResponse",
    "ChatStarted",
    "Choice",
    "Reply",
    "chat_blueprint",
]

CONVERSATION = "9f3c1f0e5b7a4d2c8e6f1a2b3c4d5e6f"
"""The example of a conversation's name."""


class ChatRequest(Body):
    """A message to the assistant."""

    model_config = with_example(message="What is smishing?")

    message: Text = Field(examples=["What is smishing?"])
    """What you say or ask; a message that you received may be pasted into it, and is then judged."""
    conversation: Annotated[str, Field(pattern="^[0-9a-f]{32}$")] | None = Field(None, examples=[CONVERSATION])
    """Conversation to go on with, as an earlier answer named it; without one a new conversation begins. It is found
    only by who sends the cookie that came with it."""
    language: Language | None = Field(None, examples=["en"])
    """Language of the reply; without it that of the message."""
    pasted: Text | None = Field(None, examples=[SCAM])
    """The part of `message` that was pasted rather than typed, if known: it is judged, the rest is answered."""


class Choice(Body):
    """A topic that may have been meant."""

    id: str = Field(examples=["smishing"])
    """Name of the topic."""
    title: str = Field(examples=["What is smishing?"])
    """What to show for it."""
    question: str = Field(examples=["what is smishing"])
    """What to send as the next message to choose it."""


class Reply(Body):
    """What the assistant says."""

    model_config = with_example(
        id=42,
        text="Smishing is fraud by text message.",
        kind="answer",
        language="en",
        topics=[{"id": "phishing", "title": "What is phishing?", "question": "what is phishing"}],
        judgement=None,
    )

    id: int = Field(examples=[42])
    """Number of the message that holds the reply."""
    text: str = Field(examples=["Smishing is fraud by text message."])
    """What to show."""
    kind: Literal["answer", "unknown", "judgement", "urgent", "small_talk", "memory"] = Field(examples=["answer"])
    """What sort of reply it is; `unknown` where nothing fits, `urgent` where steps must be taken at once."""
    language: Language = Field(examples=["en"])
    """Language of the text."""
    topics: list[Choice]
    """Topics to choose from, best first; may be empty."""
    judgement: Judgement | None
    """What is thought of what was pasted, or null where nothing was."""

    @classmethod
    def from_answer(cls, message_id: int, answer: "Answer") -> "Reply":
        """Return an answer of the assistant, kept as that message, as it is sent."""
        reply, judged = answer.reply, answer.judgement
        return cls(
            id=message_id,
            text=reply.text,
            kind=reply.kind,
            language=reply.language,
            topics=[Choice(id=topic.id, title=topic.title, question=topic.question) for topic in reply.topics],
            judgement=None if judged is None else Judgement.from_judged(judged),
        )


class ChatResponse(Body):
    """A reply, and the conversation it belongs to."""

    conversation: str = Field(examples=[CONVERSATION])
    """Send it with the next message to go on."""
    reply: Reply
    """The reply to the message."""

    @classmethod
    def from_turn(cls, turn: "Turn") -> "ChatResponse":
        """Return a turn as it is answered."""
        return cls(conversation=turn.conversation, reply=Reply.from_answer(turn.message_id, turn.answer))


class ChatStarted(Body):
    """The first event of a reply: where it belongs."""

    conversation: str


class ChatDelta(Body):
    """An event: a piece of the text of a reply."""

    text: str


OPERATIONS = (
    Operation(
        "/api/chat",
        "post",
        "Speak; with `Accept: text/event-stream` streamed.",
        ChatRequest,
        ChatResponse,
        stream='event: delta\ndata: {"text": "Smishing is fraud"}\n\n',
        access="owner",
    ),
)


def chat_blueprint(assistant: "Assistant", limit: ConcurrencyLimit) -> Blueprint:
    """Return the route of the assistant.

    Args:
        assistant: that replies.
        limit: of streams at once.
    """
    blueprint = Blueprint("chat", __name__)

    @blueprint.post("/api/chat")
    def chat() -> Response:
        body, mine = body_as(ChatRequest), owner()
        if body.conversation is not None and assistant.store.conversation(mine, body.conversation) is None:
            raise Problem(404, "no such conversation")

        def respond() -> ChatResponse:
            turn = assistant.respond(
                mine, body.message, conversation=body.conversation, pasted=body.pasted, language=body.language
            )
            return ChatResponse.from_turn(turn)

        if request.accept_mimetypes.best_match(("application/json", EVENTS)) != EVENTS:
            return answer(respond())
        return event_stream(_events(respond, limit), _failed)

    return blueprint


def _events(respond: Callable[[], ChatResponse], limit: ConcurrencyLimit) -> Iterator[str]:
    """Yield a reply as events: where it belongs, the judgement, the text piece by piece, and the whole."""
    with limit.hold():
        response = respond()
        yield event("start", ChatStarted(conversation=response.conversation))
        if response.reply.judgement is not None:
            yield event("judgement", response.reply.judgement)
        for piece in pieces(response.reply.text):
            yield event("delta", ChatDelta(text=piece))
        yield event("done", response)


def _failed(error: Exception) -> str:
    problem = to_problem(error)
    return event("error", ProblemDocument.of(problem.status, problem.detail))
