"""What somebody must know first is said, and its examples run."""

import re
import shlex

import pytest
from flask.testing import FlaskClient

from server.introduction import INTRODUCTION

NOTES = {note.heading: note for note in INTRODUCTION}


@pytest.mark.parametrize("path", ["/docs", "/openapi.json"])
def test_the_cookie_that_conversations_need_is_explained(client: FlaskClient, path: str) -> None:
    text = client.get(path).text
    assert "The cookie that conversations need" in text
    assert "Without it each request is somebody new" in text
    assert "curl -c jar -b jar" in text


def test_the_example_for_openais_library_runs(address: str, capsys: pytest.CaptureFixture) -> None:
    code = NOTES["OpenAI's clients"].code
    exec(code.replace("http://127.0.0.1:8000", address), {})
    assert capsys.readouterr().out == "Fraud by text message, one word at a time.\n"


def test_the_example_of_the_cookie_finds_its_conversation_again(client: FlaskClient) -> None:
    ask, read = NOTES["The cookie that conversations need"].code.replace("\\\n", "").splitlines()
    *_, body = shlex.split(ask)
    assert client.post("/api/chat", data=body, content_type="application/json").status_code == 200
    (path,) = re.findall(r"http://127.0.0.1:8000(\S+)", read)
    assert [line["title"] for line in client.get(path).json["conversations"]] == ["What is smishing?"]
    client.delete_cookie("nlpbot")
    assert client.get(path).json["conversations"] == []
