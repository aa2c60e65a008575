"""/api/conversations: what a browser said with the assistant, listed, read and deleted."""

from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Response
from pydantic import Field

from server.bodies import Body
from server.chat import CONVERSATION, Reply
from server.errors import Problem
from server.exchange import answer
from server.operations import Operation, Parameter
from server.security import owner

if TYPE_CHECKING:
    from nlpbot.assistant import store as kept

__all__ = ["OPERATIONS", "ConversationLine", "Conversations", "Message", "Messages", "conversations_blueprint"]


class ConversationLine(Body):
    """A conversation in a list."""

    id: str = Field(examples=[CONVERSATION])
    """Name of the conversation in addresses and requests."""
    title: str = Field(examples=["What is smishing?"])
    """Its first message, shortened."""
    updated_at: str = Field(examples=["2026-01-31T09:30:00+00:00"])
    """When it was last spoken in, in UTC."""

    @classmethod
    def from_kept(cls, conversation: "kept.Conversation") -> "ConversationLine":
        """Return a conversation of the store as it is listed."""
        return cls(id=conversation.id, title=conversation.title, updated_at=conversation.updated_at)


class Conversations(Body):
    """All conversations of a browser."""

    conversations: list[ConversationLine]
    """The one spoken in last comes first."""


class Message(Body):
    """A message of a conversation."""

    id: int = Field(examples=[42])
    """Its number; later ones are higher."""
    role: Literal["user", "assistant"] = Field(examples=["assistant"])
    """Who said it."""
    text: str = Field(examples=["Smishing is fraud by text message."])
    """What was said."""
    created_at: str = Field(examples=["2026-01-31T09:30:00+00:00"])
    """When, in UTC."""
    reply: Reply | None
    """The whole reply where the assistant said it, else null."""

    @classmethod
    def from_kept(cls, message: "kept.Message") -> "Message":
        """Return a message of the store as it is read."""
        from nlpbot.assistant.answer import Answer

        if message.reply is None:
            return cls(id=message.id, role="user", text=message.text, created_at=message.created_at, reply=None)
        reply = Reply.from_answer(message.id, Answer.from_json(message.reply))
        return cls(id=message.id, role="assistant", text=message.text, created_at=message.created_at, reply=reply)


class Messages(Body):
    """A conversation whole."""

    id: str = Field(examples=[CONVERSATION])
    """Name of the conversation."""
    messages: list[Message]
    """What was said, oldest first."""


PATH = "/api/conversations/{conversation}"
NAMED = (Parameter("conversation", "Name of the conversation.", CONVERSATION),)
OPERATIONS = (
    Operation(
        "/api/conversations",
        "get",
        "List this browser's conversations.",
        answer=Conversations,
        access="owner",
    ),
    Operation(PATH, "get", "Read a conversation.", answer=Messages, access="owner", parameters=NAMED),
    Operation(PATH, "delete", "Delete a conversation for good.", status=204, access="owner", parameters=NAMED),
)


def conversations_blueprint(store: "kept.Store") -> Blueprint:
    """Return the routes of conversations."""
    blueprint = Blueprint("conversations", __name__)

    @blueprint.get("/api/conversations")
    def conversations() -> Response:
        lines = [ConversationLine.from_kept(conversation) for conversation in store.conversations(owner())]
        return answer(Conversations(conversations=lines))

    @blueprint.get("/api/conversations/<conversation>")
    def messages(conversation: str) -> Response:
        found = store.messages(owner(), conversation)
        if found is None:
            raise Problem(404, "no such conversation")
        return answer(Messages(id=conversation, messages=[Message.from_kept(message) for message in found]))

    @blueprint.delete("/api/conversations/<conversation>")
    def remove(conversation: str) -> Response:
        if not store.remove(owner(), conversation):
            raise Problem(404, "no such conversation")
        return Response(status=204)

    return blueprint
