"""Chat completions: by OpenAI's own library, and by requests as Open WebUI and LibreChat send them."""

import json
import urllib.request
from pathlib import Path

import openai
import pytest
from flask.testing import FlaskClient

SMISHING = "Fraud by text message, one word at a time."
TITLE = "Is this a scam Your"
RECORDED = Path(__file__).parent / "recorded"


def test_the_library_gets_an_answer_whole_and_streamed(library: openai.OpenAI) -> None:
    asked: list = [{"role": "system", "content": "be brief"}, {"role": "user", "content": "what is smishing?"}]
    whole = library.chat.completions.create(model="assistant", messages=asked)
    assert whole.choices[0].message.content == "Fraud by text message, one word at a time."
    chunks = list(library.chat.completions.create(model="assistant", messages=asked, stream=True))
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert chunks[0].choices[0].delta.role == "assistant"
    assert chunks[-1].choices[0].finish_reason == "stop"


@pytest.mark.parametrize("stream", [False, True])
def test_the_library_is_told_of_words_read_and_said(library: openai.OpenAI, stream: bool) -> None:
    asked: list = [{"role": "user", "content": "what is smishing?"}]
    expected = {"model": "assistant", "messages": asked, "stream": stream}
    options = {"stream_options": {"include_usage": True}} if stream else {}
    answer = library.chat.completions.create(**expected, **options)
    last = list(answer)[-1] if stream else answer
    assert (last.usage.prompt_tokens, last.usage.completion_tokens, last.usage.total_tokens) == (4, 11, 15)
    if stream:
        assert last.choices == []
        assert all(chunk.choices for chunk in library.chat.completions.create(**expected))


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("limits", "said", "reason"),
    [
        ({"max_tokens": 4}, "Fraud by text message", "length"),
        ({"max_completion_tokens": 3, "max_tokens": 4}, "Fraud by text", "length"),
        ({"max_tokens": 11}, "Fraud by text message, one word at a time.", "stop"),
        ({"stop": ", "}, "Fraud by text message", "stop"),
        ({"stop": ["never that", "message", "by"]}, "Fraud ", "stop"),
        ({"stop": "by", "max_tokens": 1}, "Fraud ", "stop"),
    ],
)
def test_the_library_gets_as_much_as_it_wants(
    library: openai.OpenAI, limits: dict, said: str, reason: str, stream: bool
) -> None:
    asked: list = [{"role": "user", "content": "what is smishing?"}]
    answer = library.chat.completions.create(model="assistant", messages=asked, stream=stream, **limits)
    if stream:
        chunks = list(answer)
        assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == said
        assert chunks[-1].choices[0].finish_reason == reason
    else:
        assert (answer.choices[0].message.content, answer.choices[0].finish_reason) == (said, reason)


def test_earlier_messages_are_context_and_nothing_is_kept(library: openai.OpenAI, client: FlaskClient) -> None:
    told: list = [{"role": "user", "content": "my name is Anna"}, {"role": "assistant", "content": "hi"}]
    asked: list = [*told, {"role": "user", "content": "what is my name?"}]
    answer = library.chat.completions.create(model="assistant", messages=asked).choices[0].message.content
    assert "Anna" in (answer or "")
    assert client.get("/api/conversations").json == {"conversations": []}


def said_by_user(*texts: object) -> list:
    return [{"role": "user", "content": text} for text in texts]


def answered(client: FlaskClient, messages: list, **more: object) -> str:
    body = {"model": "assistant", "messages": messages, **more}
    return client.post("/v1/chat/completions", json=body).json["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    "content",
    [
        "what is smishing?",
        [{"type": "text", "text": "what is smishing?"}],
        [{"type": "text", "text": "what is"}, {"type": "text", "text": "smishing?"}],
        [{"type": "image_url", "image_url": {"url": "data:,"}}, {"type": "text", "text": "what is smishing?"}],
    ],
)
def test_the_texts_of_a_message_are_read_in_each_of_its_forms(client: FlaskClient, content: object) -> None:
    assert answered(client, said_by_user(content)) == SMISHING


def test_a_message_may_hold_nothing_where_another_asks(client: FlaskClient) -> None:
    silent = [{"role": role, "content": None} for role in ("assistant", "tool", "system", "function")]
    assert answered(client, [*said_by_user(None), *silent, *said_by_user("what is smishing?")]) == SMISHING
    assert answered(client, [*said_by_user("what is smishing?"), {"role": "assistant"}]) == SMISHING


@pytest.mark.parametrize("content", [None, "", " ", [], [{"type": "image_url", "image_url": {"url": "data:,"}}]])
def test_a_question_without_text_is_refused_plainly(client: FlaskClient, content: object) -> None:
    asked = [*said_by_user("hello"), *said_by_user(content)]
    refused = client.post("/v1/chat/completions", json={"messages": asked})
    assert refused.status_code == 422
    assert "no text in the user's last message" in refused.json["error"]["message"]


CUT = [
    (said_by_user("what is smishing? " + "x" * 4000), "messages.0: 4018 characters; the first 4000 were read"),
    (
        said_by_user([{"type": "text", "text": "smishing?"}, {"type": "input_audio"}]),
        "messages.0: parts that are no text were left out",
    ),
    (said_by_user(*["hello"] * 8, "smishing?"), "messages: the last 6 of the user's 9 were read"),
    (
        [{"role": "system", "content": "x" * 9000}, *said_by_user("smishing?")],
        "messages: instructions by system or developer can't be followed",
    ),
]


@pytest.mark.parametrize(("messages", "notice"), CUT)
@pytest.mark.parametrize("stream", [False, True])
def test_what_is_cut_is_said_or_refused(library: openai.OpenAI, messages: list, notice: str, stream: bool) -> None:
    expected = {"model": "assistant", "messages": messages, "stream": stream}
    raw = library.chat.completions.with_raw_response.create(**expected)
    assert raw.headers["X-Nlpbot-Notice"] == notice
    answer = raw.parse()
    assert (next(iter(answer)) if stream else answer).notices == [notice]
    with pytest.raises(openai.BadRequestError, match="strict: " + notice.split(";")[0]):
        library.chat.completions.create(**expected, extra_body={"strict": True})


def test_a_question_that_is_cut_says_so_in_the_answer(client: FlaskClient) -> None:
    english = answered(client, said_by_user("what is smishing? " + "x" * 4000))
    assert english.endswith("\n\n(I read only the first 4,000 characters of your message.)")
    korean = answered(client, said_by_user("스미싱이 뭐예요? " + "하" * 4000))
    assert korean.endswith("(메시지의 처음 4,000자만 읽었어요.)")
    assert "4,000" not in answered(client, said_by_user("x" * 4001, "what is smishing?"))


def test_a_conversation_may_be_as_long_as_a_body(client: FlaskClient) -> None:
    turns = [*said_by_user("hello"), {"role": "assistant", "content": "y" * 4500}] * 150
    assert answered(client, [*turns, *said_by_user("what is smishing?")]) == SMISHING


def test_strict_asks_for_nothing_that_is_given_anyway(client: FlaskClient) -> None:
    expected = {"strict": True, "max_tokens": 50, "stop": ["never that"], "stream": False}
    assert answered(client, said_by_user("hello", "what is smishing?"), **expected) == SMISHING


def test_strict_refuses_what_is_not_known(client: FlaskClient) -> None:
    body = {"messages": said_by_user("what is smishing?"), "tools": [], "strict": True}
    refused = client.post("/v1/chat/completions", json=body)
    assert refused.status_code == 400
    assert refused.json["error"]["message"] == "strict: tools: not offered here"


def replayed(address: str, name: str) -> tuple[str, list[str]]:
    """Send a recorded request as it is; return what was said, and why each piece ended."""
    recorded = json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))
    body = json.dumps(recorded["body"]).encode()
    request = urllib.request.Request(f"{address}/v1/chat/completions", body, recorded["headers"])
    with urllib.request.urlopen(request, timeout=20) as response:
        answer = response.read().decode()
    if not recorded["body"].get("stream"):
        choice = json.loads(answer)["choices"][0]
        return choice["message"]["content"], [choice["finish_reason"]]
    *lines, done = [line.removeprefix("data: ") for line in answer.strip().split("\n\n")]
    assert done == "[DONE]"
    *chunks, last = [json.loads(line) for line in lines]
    assert (last["choices"], last["usage"]["completion_tokens"]) == ([], 11)
    choices = [chunk["choices"][0] for chunk in chunks]
    return "".join(c["delta"].get("content", "") for c in choices), [c["finish_reason"] for c in choices]


@pytest.mark.parametrize("name", ["open-webui-chat", "open-webui-picture", "open-webui-documents", "librechat-chat"])
def test_questions_of_chat_clients_are_answered(address: str, name: str) -> None:
    said, reasons = replayed(address, name)
    assert said == SMISHING
    assert reasons[-1] == "stop"


CHORES = {
    "open-webui-title": {"title": TITLE},
    "open-webui-tags": {"tags": ["General"]},
    "open-webui-follow-ups": {"follow_ups": []},
    "open-webui-queries": {"queries": []},
    "open-webui-autocomplete": {"text": ""},
    "open-webui-emoji": "🙂",
    "librechat-title": TITLE,
    "librechat-title-structured": {"language": "English", "title": TITLE},
    "librechat-title-instructions": TITLE,
}


@pytest.mark.parametrize(("name", "expected"), CHORES.items())
def test_chores_of_chat_clients_get_what_they_want_and_no_verdict(address: str, name: str, expected: object) -> None:
    said, reasons = replayed(address, name)
    assert (said if isinstance(expected, str) else json.loads(said)) == expected
    assert reasons == ["stop"]


def test_every_recorded_request_is_sent() -> None:
    asked = {"open-webui-chat", "open-webui-picture", "open-webui-documents", "librechat-chat"}
    assert {path.stem for path in RECORDED.glob("*.json")} == asked | set(CHORES)
