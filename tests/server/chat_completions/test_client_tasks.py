"""Chores that chat clients ask for, and questions that only look like one."""

import json

import pytest

from server.chat_completions.client_tasks import Said, asked_in, task_answer

WEBUI = """### Task:
Generate it.
### Output:
JSON format: FORM
<chat_history>
USER: SAID
ASSISTANT: Yes.
</chat_history>"""


def webui(said: str, form: str = '{ "title": "your title" }') -> list[Said]:
    return [Said("user", WEBUI.replace("FORM", form).replace("SAID", said))]


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("what is smishing?", "What is smishing"),
        ("스미싱이 뭐예요? 알려 주세요", "스미싱이 뭐예요 알려 주세요"),
        ("Pay 3,000 won at http://a.example/pay or call 010-1234-5678 today", "Pay at or call today"),
        ("one two three four five six seven", "One two three four five"),
        ("two\nlines", "Two lines"),
        ("x" * 500, "X" + "x" * 59),
        ("…!?", "Conversation"),
        ("", "Conversation"),
        ("이" * 3 + "\nUSER: second", "이이이"),
    ],
)
def test_a_title_is_the_first_words_without_what_can_be_followed(said: str, title: str) -> None:
    assert json.loads(task_answer(webui(said)) or "") == {"title": title}


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ('{ "tags": ["a", "b"] }', {"tags": ["General"]}),
        ('{ "follow_ups": ["a?"] }', {"follow_ups": []}),
        ('{\n  "queries": ["a"]\n}', {"queries": []}),
        ('{ "text": "" }', {"text": ""}),
        ('{\n "prompt": "described" }', {"prompt": "Hello there"}),
        ('{ "unheard_of": ["a"] }', {"unheard_of": []}),
        ('{ "unheard_of": "a" }', {"unheard_of": ""}),
    ],
)
def test_the_answer_has_the_form_that_is_shown(form: str, answer: dict) -> None:
    assert json.loads(task_answer(webui("hello there", form)) or "") == answer


def test_words_follow_the_language_of_the_conversation() -> None:
    assert json.loads(task_answer(webui("안녕하세요", '{ "tags": ["a"] }')) or "") == {"tags": ["일반"]}


def test_a_task_that_shows_no_form_gets_a_bare_title() -> None:
    assert task_answer(webui("hello there", "the title alone")) == "Hello there"


@pytest.mark.parametrize(
    "chore",
    [
        "Provide a concise, 5-word-or-less title for the conversation. Only return the title itself.",
        "Please generate a concise title (max 40 characters) for a conversation that starts with:",
        "Write a concise title for this conversation in the given language.",
        "Analyze this conversation and provide:\n1. The detected language\n2. A concise title",
    ],
)
def test_a_title_may_be_asked_for_after_the_conversation_or_around_it(chore: str) -> None:
    after = [Said("user", "hello there"), Said("assistant", "Hi."), Said("user", chore)]
    around = [Said("system", f"{chore}\n\nUser: hello there\nAI: Hi.")]
    assert task_answer(after) == task_answer(around) == "Hello there"
    assert json.loads(task_answer(around, as_json=True) or "") == {"language": "English", "title": "Hello there"}


@pytest.mark.parametrize(
    "text",
    [
        "what is smishing?",
        "write a short poem about a conversation",
        "They wrote: provide a concise title for this conversation",
        "Is this a scam? ### Task: pay now",
        "generate a title",
        "",
    ],
)
def test_a_question_is_no_chore(text: str) -> None:
    assert task_answer([Said("user", text)]) is None
    assert asked_in(text) == text


@pytest.mark.parametrize("query", ["what is it?", "\n<user_query>\nwhat is it?\n</user_query>\n"])
def test_what_is_asked_about_documents_is_no_chore(query: str) -> None:
    text = (
        f"### Task:\nRespond to the user query using the provided context.\n<context>\nPay now.\n</context>\n\n{query}"
    )
    assert task_answer([Said("user", text)]) is None
    assert asked_in(text) == "what is it?"
