"""What of a conversation is read: its newest questions, as far as the assistant reads them."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.bodies import MAX_MESSAGE
from server.chat_completions.client_tasks import Said, asked_in, task_answer
from server.chat_completions.schemas import ChatCompletionRequest, ChatMessage
from server.errors import Problem

__all__ = ["Reading", "read_messages"]

INSTRUCTIONS = ("system", "developer")


@dataclass(frozen=True, slots=True)
class Reading:
    """What of a request is read.

    Attributes:
        questions: the user's messages, oldest first, each as far as it is read.
        notices: what was cut or left out.
        is_cut: whether the last question is.
        chore: the answer, where a client asks for a title and the like.
    """

    questions: tuple[str, ...]
    notices: tuple[str, ...] = ()
    is_cut: bool = False
    chore: str | None = None


def read_messages(body: ChatCompletionRequest) -> Reading:
    """Return what of a request is read: the newest messages of the user, and of long ones the beginning.

    Raises:
        Problem: the user's last message holds no text, or there is none.
    """
    from nlpbot.assistant.assistant import CONTEXT

    wants_json = body.response_format is not None and body.response_format.is_json
    chore = task_answer([Said(message.role, message.text) for message in body.messages], as_json=wants_json)
    if chore is not None:
        return Reading((body.messages[-1].text[:MAX_MESSAGE],), chore=chore)
    users = [(place, message) for place, message in enumerate(body.messages) if message.role == "user"]
    questions = [asked_in(message.text) for _, message in users[-CONTEXT:]]
    if not questions or not questions[-1].strip():
        raise Problem(422, "messages: no text in the user's last message; the assistant reads text alone")
    notices = [
        notice
        for (place, message), question in zip(users[-CONTEXT:], questions, strict=True)
        for notice in _cut(place, question, message)
    ]
    if len(users) > CONTEXT:
        notices.append(f"messages: the last {CONTEXT} of the user's {len(users)} were read")
    if any(message.role in INSTRUCTIONS for message in body.messages):
        notices.append("messages: instructions by system or developer can't be followed")
    read = tuple(question[:MAX_MESSAGE] for question in questions)
    return Reading(read, tuple(notices), is_cut=len(questions[-1]) > MAX_MESSAGE)


def _cut(place: int, text: str, message: ChatMessage) -> Iterator[str]:
    """Yield what of a message isn't read."""
    if len(text) > MAX_MESSAGE:
        yield f"messages.{place}: {len(text)} characters; the first {MAX_MESSAGE} were read"
    if any(part.is_other for part in message.content):
        yield f"messages.{place}: parts that are no text were left out"
