"""Conversations in SQLite: kept before they are acknowledged, so that they survive a kill.

All writing is done by one thread; reading by any. Texts are deleted for good: SQLite overwrites what is freed.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import ForeignKey, Index, String, delete, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from nlpbot.assistant.store_database import Database
from nlpbot.assistant.store_migration import migrate

__all__ = ["Conversation", "Message", "Store", "StoredReply"]

TITLE_CHARACTERS = 60
MOST_CONVERSATIONS = 200


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation: its id, its title, and when it went on last, in UTC."""

    id: str
    title: str
    updated_at: str
    state: dict[str, object]


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a conversation; the assistant's holds its whole reply."""

    id: int
    role: str
    text: str
    created_at: str
    reply: dict[str, object] | None


@dataclass(frozen=True, slots=True)
class StoredReply:
    """Where a turn was kept."""

    conversation: str
    message_id: int


class _Base(DeclarativeBase):
    """All tables, as the last of `nlpbot.assistant.migrations` leaves them."""


class _Conversation(_Base):
    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(64), index=True)
    title: Mapped[str]
    state: Mapped[str]
    updated_at: Mapped[str]


class _Message(_Base):
    __tablename__ = "messages"
    id: Mapped[int] = mapped_column(primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    role: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[str]
    reply: Mapped[str | None]
    __table_args__ = (Index("messages_of_conversation", "conversation", "id"),)


class _Feedback(_Base):
    __tablename__ = "feedback"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]
    text: Mapped[str]
    verdict: Mapped[str]
    created_at: Mapped[str]


class Store:
    """The database of conversations.

    Args:
        path: of the SQLite file; made if it is missing.

    Raises:
        DataError: the file can't be made, or is there but is no database of this kind, or of a newer nlpbot.
        Locked: another program holds it, now or in any method.
    """

    def __init__(self, path: Path) -> None:
        self._database = Database(path, migrate)

    def conversations(self, owner: str) -> list[Conversation]:
        """Return an owner's conversations, the latest first."""
        query = select(_Conversation).where(_Conversation.owner == owner)
        query = query.order_by(_Conversation.updated_at.desc()).limit(MOST_CONVERSATIONS)
        with self._database.read() as session:
            return [_conversation(row) for row in session.scalars(query)]

    def conversation(self, owner: str, conversation: str) -> Conversation | None:
        """Return one of an owner's conversations, or None where there is none of that id."""
        with self._database.read() as session:
            row = _owned(session, owner, conversation)
            return None if row is None else _conversation(row)

    def messages(self, owner: str, conversation: str) -> list[Message] | None:
        """Return the messages of one of an owner's conversations, or None where there is none of that id."""
        with self._database.read() as session:
            if _owned(session, owner, conversation) is None:
                return None
            query = select(_Message).where(_Message.conversation == conversation).order_by(_Message.id)
            return [_message(row) for row in session.scalars(query)]

    def add_turn(
        self, owner: str, conversation: str | None, text: str, reply: dict[str, object], state: dict[str, object]
    ) -> StoredReply:
        """Keep a message and its reply, in a new conversation where none is given; return once they are on disk."""

        def write(session: Session) -> StoredReply:
            now = _now()
            row = _owned(session, owner, conversation) if conversation is not None else None
            if row is None:
                title = " ".join(text.split())[:TITLE_CHARACTERS]
                row = _Conversation(id=secrets.token_hex(16), owner=owner, title=title)
                session.add(row)
            row.state, row.updated_at = json.dumps(state), now
            session.flush()
            session.add(_Message(conversation=row.id, role="user", text=text, created_at=now))
            session.flush()
            kept = json.dumps(reply, ensure_ascii=False)
            answer = _Message(conversation=row.id, role="assistant", text=reply["text"], created_at=now, reply=kept)
            session.add(answer)
            session.flush()
            return StoredReply(row.id, answer.id)

        return self._database.write(write)

    def remove(self, owner: str, conversation: str) -> bool:
        """Delete one of an owner's conversations for good; return whether there was one."""

        def write(session: Session) -> bool:
            if _owned(session, owner, conversation) is None:
                return False
            session.execute(delete(_Message).where(_Message.conversation == conversation))
            session.execute(delete(_Conversation).where(_Conversation.id == conversation))
            return True

        removed = self._database.write(write)
        if removed:
            self._database.empty_log()
        return removed

    def add_feedback(self, owner: str, text: str, verdict: str) -> None:
        """Keep what somebody says a message truly was."""
        self._database.write(lambda s: s.add(_Feedback(owner=owner, text=text, verdict=verdict, created_at=_now())))

    def close(self) -> None:
        """Finish what is being written, and let go of the file."""
        self._database.close()


def _owned(session: Session, owner: str, conversation: str) -> _Conversation | None:
    query = select(_Conversation).where(_Conversation.id == conversation, _Conversation.owner == owner)
    return session.scalars(query).first()


def _conversation(row: _Conversation) -> Conversation:
    return Conversation(row.id, row.title, row.updated_at, json.loads(row.state))


def _message(row: _Message) -> Message:
    reply = None if row.reply is None else {**json.loads(row.reply), "id": row.id}
    return Message(row.id, row.role, row.text, row.created_at, reply)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
