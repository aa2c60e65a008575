"""Chores that chat clients ask of a model beside the chat: a title, tags, follow-up questions.

Open WebUI and LibreChat send them as messages that hold the conversation. They get a harmless answer in the form that
is asked for, made of the first words of the conversation, and nothing in them is judged.
"""

import json
import re
from collections.abc import Sequence
from typing import NamedTuple

from nlpbot.core.text.language import language_of
from nlpbot.core.text.words import words_of

__all__ = ["Said", "asked_in", "task_answer"]


class Said(NamedTuple):
    """A message: who said it, and what."""

    role: str
    text: str


HEAD = 600
"""Characters in which a chore is named."""
LOOKED_AT = 2000
"""Characters in which the first words of a conversation are looked for."""
TITLE_WORDS = 5
TITLE_CHARACTERS = 60
UNTITLED = {"en": "Conversation", "ko": "대화"}
GENERAL = {"en": "General", "ko": "일반"}
LANGUAGES = {"en": "English", "ko": "Korean"}

TASK = re.compile(r"\s*### Task:")
"""How Open WebUI's chores begin."""
QUESTION = re.compile(r"\s*### Task:\s*Respond to the user query")
"""How it begins a question about documents, which is none."""
QUERY_MARKS = re.compile("</?user_query>")
TITLE = re.compile(
    r"\s*(?:please\s+)?(?:provide|generate|write|create|suggest|summari[sz]e|detect|analy[sz]e)\b"
    r"(?=.*\b(?:concise|short|brief)\b)(?=.*\btitle\b)(?=.*\bconversation\b)",
    re.I | re.S,
)
"""How LibreChat asks for a title, in each of its ways."""
FACE = re.compile(r"\s*Your task is to reflect the speaker's likely facial expression")
EXPECTED = re.compile(r'\{\s*"(?P<key>\w+)"\s*:\s*(?P<start>["\[])')
"""The form of the answer, as a chore shows it."""
FIRST = re.compile(
    r"(?:^|\n)[ \t|>]*user:(?P<said>.+?)(?:\n[ \t|>]*(?:assistant|ai|response|user|title):|</chat_history>|\Z)",
    re.I | re.S,
)
"""What the user said first, in a conversation as clients write it down."""


def task_answer(messages: Sequence[Said], *, as_json: bool = False) -> str | None:
    """Return the answer to a chore, or None where the messages are a chat.

    Args:
        messages: of the request, oldest first.
        as_json: whether the request wants JSON, whatever its words say.
    """
    asked = messages[-1].text
    if FACE.match(asked):
        return "🙂"
    is_task = TASK.match(asked) is not None and QUESTION.match(asked) is None
    if not is_task and TITLE.match(asked[:HEAD]) is None:
        return None
    first = _first_words(messages)
    language = language_of(first, default="en")
    title = _title(first) or UNTITLED[language]
    if is_task and (expected := EXPECTED.search(asked)):
        known = {"title": title, "prompt": title, "tags": [GENERAL[language]]}
        nothing: str | list[str] = [] if expected["start"] == "[" else ""
        return json.dumps({expected["key"]: known.get(expected["key"], nothing)}, ensure_ascii=False)
    if as_json:
        return json.dumps({"language": LANGUAGES[language], "title": title}, ensure_ascii=False)
    return title


def asked_in(text: str) -> str:
    """Return what a user asked, without the documents that Open WebUI puts before it."""
    if QUESTION.match(text) is None:
        return text
    return QUERY_MARKS.sub("", text.rpartition("</context>")[2]).strip()


def _first_words(messages: Sequence[Said]) -> str:
    """Return what the user said first, in the chore itself or in the messages before it."""
    *before, (_, chore) = messages
    begin = max(chore.find("<chat_history>"), 0)
    if found := FIRST.search(chore, begin, begin + LOOKED_AT):
        return found["said"].strip(' "\n')
    return next((text for role, text in before if role == "user"), "")


def _title(text: str) -> str:
    """Return the first words of a text, without marks, web addresses, numbers to call and the like."""
    text = text[:LOOKED_AT]
    words = [text[word.start : word.end] for word in words_of(text) if word.text[0].isalnum()]
    title = " ".join(words[:TITLE_WORDS])[:TITLE_CHARACTERS].strip()
    return title[:1].upper() + title[1:]
