"""OpenAI's chat completions by the assistant: what of a conversation is read, and the answer, whole or in pieces."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nlpbot.core.text.language import language_of
from nlpbot.core.text.words import word_texts, words_of
from server.client_tasks import Said, asked_in, task_answer
from server.engines import Engines
from server.errors import Problem
from server.notices import notices_field
from server.openai_schemas import ChatCompletionRequest, ChatMessage
from server.schemas import MAX_MESSAGE
from server.streams import pieces

__all__ = ["Answer", "Reading", "answer_to", "chat_chunks", "read_messages", "whole_chat"]

INSTRUCTIONS = ("system", "developer")
ENDLESS = 1 << 31
"""Words that no answer has."""
CUT_SHORT = {
    "en": f"(I read only the first {MAX_MESSAGE:,} characters of your message.)",
    "ko": f"(메시지의 처음 {MAX_MESSAGE:,}자만 읽었어요.)",
}


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


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in OpenAI's terms; tokens are words and marks, as the scorer splits them."""

    text: str
    finish_reason: str
    prompt_tokens: int
    completion_tokens: int
    model: str
    notices: tuple[str, ...]

    @property
    def usage(self) -> dict[str, int]:
        """How many tokens were read and made."""
        read, made = self.prompt_tokens, self.completion_tokens
        return {"prompt_tokens": read, "completion_tokens": made, "total_tokens": read + made}


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


def answer_to(engines: Engines, body: ChatCompletionRequest, reading: Reading) -> Answer:
    """Return the assistant's answer to the last question, those before it as context; nothing is kept.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    text = reading.chore if reading.chore is not None else _thought(engines, body, reading)
    text, finish_reason = _ended(text, body)
    read, made = (sum(len(word_texts(each)) for each in texts) for texts in (reading.questions, [text]))
    return Answer(text, finish_reason, read, made, body.model, reading.notices)


def whole_chat(answer: Answer) -> dict[str, Any]:
    """Return an answer as OpenAI's chat completion."""
    message = {"role": "assistant", "content": answer.text}
    choice = {"index": 0, "message": message, "finish_reason": answer.finish_reason}
    return {**_head("chat.completion", answer), "choices": [choice], "usage": answer.usage}


def chat_chunks(answer: Answer) -> Iterator[dict[str, Any]]:
    """Yield an answer as OpenAI's chunks, some words at a time; the last holds the usage."""
    head = _head("chat.completion.chunk", answer)

    def chunk(delta: dict[str, str], finish_reason: str | None = None) -> dict[str, Any]:
        return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]}

    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces(answer.text):
        yield chunk({"content": piece})
    yield chunk({}, answer.finish_reason)
    yield {**head, "choices": [], "usage": answer.usage}


def _head(kind: str, answer: Answer) -> dict[str, Any]:
    head = {
        "id": f"chatcmpl-{secrets.token_hex(8)}",
        "object": kind,
        "created": int(time.time()),
        "model": answer.model,
    }
    return head | notices_field(answer.notices)


def _cut(place: int, text: str, message: ChatMessage) -> Iterator[str]:
    """Yield what of a message isn't read."""
    if len(text) > MAX_MESSAGE:
        yield f"messages.{place}: {len(text)} characters; the first {MAX_MESSAGE} were read"
    if any(part.is_other for part in message.content):
        yield f"messages.{place}: parts that are no text were left out"


def _thought(engines: Engines, body: ChatCompletionRequest, reading: Reading) -> str:
    from nlpbot.assistant.assistant import reply_to

    text = reply_to(engines.backend(body.model), reading.questions)
    return f"{text}\n\n{CUT_SHORT[language_of(text)]}" if reading.is_cut else text


def _ended(text: str, body: ChatCompletionRequest) -> tuple[str, str]:
    """Return an answer as far as it is wanted, and why it ends there."""
    text = text[: min((text.find(stop) for stop in body.stop if stop in text), default=len(text))]
    most = min(limit for limit in (body.max_tokens, body.max_completion_tokens, ENDLESS) if limit is not None)
    words = words_of(text)
    return (text[: words[most - 1].end], "length") if len(words) > most else (text, "stop")
