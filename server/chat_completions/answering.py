"""The assistant's answer to a conversation that is sent whole, in one piece or in many."""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass

from nlpbot.core.text.language import language_of
from nlpbot.core.text.words import word_texts, words_of
from server.bodies import MAX_MESSAGE
from server.chat_completions.reading import Reading
from server.chat_completions.schemas import (
    ChatAnswer,
    ChatChoice,
    ChatCompletion,
    ChatCompletionChunk,
    ChatCompletionRequest,
    ChatDelta,
    ChatPiece,
)
from server.engines import Engines
from server.openai_fields import FinishReason, Usage
from server.streams import pieces

__all__ = ["Answer", "answer_to", "chat_chunks", "whole_chat"]

ENDLESS = 1 << 31
"""Words that no answer has."""
CUT_SHORT = {
    "en": f"(I read only the first {MAX_MESSAGE:,} characters of your message.)",
    "ko": f"(메시지의 처음 {MAX_MESSAGE:,}자만 읽었어요.)",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in OpenAI's terms; tokens are words and marks, as the scorer splits them."""

    text: str
    finish_reason: FinishReason
    prompt_tokens: int
    completion_tokens: int
    model: str
    notices: tuple[str, ...]

    @property
    def usage(self) -> Usage:
        """How many tokens were read and made."""
        return Usage.of(self.prompt_tokens, self.completion_tokens)


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


def whole_chat(answer: Answer) -> ChatCompletion:
    """Return an answer as OpenAI's chat completion."""
    message = ChatAnswer(role="assistant", content=answer.text)
    return ChatCompletion(
        id=_new_id(),
        object="chat.completion",
        created=int(time.time()),
        model=answer.model,
        choices=[ChatChoice(index=0, message=message, finish_reason=answer.finish_reason)],
        usage=answer.usage,
        notices=list(answer.notices),
    )


def chat_chunks(answer: Answer) -> Iterator[ChatCompletionChunk]:
    """Yield an answer as OpenAI's chunks, some words at a time; the last holds the usage."""
    name, created = _new_id(), int(time.time())

    def chunk(choices: list[ChatPiece], usage: Usage | None = None) -> ChatCompletionChunk:
        return ChatCompletionChunk(
            id=name,
            object="chat.completion.chunk",
            created=created,
            model=answer.model,
            choices=choices,
            usage=usage,
            notices=list(answer.notices),
        )

    def piece(delta: ChatDelta, finish_reason: FinishReason | None = None) -> ChatCompletionChunk:
        return chunk([ChatPiece(index=0, delta=delta, finish_reason=finish_reason)])

    yield piece(ChatDelta(role="assistant", content=""))
    for text in pieces(answer.text):
        yield piece(ChatDelta(content=text))
    yield piece(ChatDelta(), answer.finish_reason)
    yield chunk([], answer.usage)


def _new_id() -> str:
    return f"chatcmpl-{secrets.token_hex(8)}"


def _thought(engines: Engines, body: ChatCompletionRequest, reading: Reading) -> str:
    from nlpbot.assistant.assistant import reply_to

    text = reply_to(engines.backend(body.model), reading.questions)
    return f"{text}\n\n{CUT_SHORT[language_of(text)]}" if reading.is_cut else text


def _ended(text: str, body: ChatCompletionRequest) -> tuple[str, FinishReason]:
    """Return an answer as far as it is asked for, and why it ends there."""
    text = text[: min((text.find(stop) for stop in body.stop if stop in text), default=len(text))]
    most = min(limit for limit in (body.max_tokens, body.max_completion_tokens, ENDLESS) if limit is not None)
    words = words_of(text)
    return (text[: words[most - 1].end], "length") if len(words) > most else (text, "stop")
