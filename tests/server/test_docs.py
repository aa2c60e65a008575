"""The document in words."""

import json
import re

from flask.testing import FlaskClient

from server.docs import sections
from server.openapi import OPERATIONS

BY_PATH = {(section.method.lower(), section.path): section for section in sections()}


def asked(path: str) -> dict:
    return {field.name: field for field in BY_PATH["post", path].asked}


def test_every_operation_has_its_section() -> None:
    assert list(BY_PATH) == [(operation.method, operation.path) for operation in OPERATIONS]


def test_a_field_says_what_it_holds_in_words() -> None:
    fields = asked("/v1/completions")
    assert fields["temperature"].kind == "number (from 0 to 5); 1.0 if left out"
    assert fields["stop"].kind == "text (at most 100 characters) or list (at most 4) of text (at most 100 characters)"
    assert fields["seed"].kind == "whole number (from 0 below 2147483648)"
    assert asked("/api/chat")["language"].kind == '"en" or "ko"'
    assert asked("/v1/moderations")["input"].kind == "text or list (at most 256) of text or object"


def test_fields_within_fields_follow_theirs() -> None:
    names = list(asked("/v1/chat/completions"))
    start = names.index("messages")
    within = ["role", "content", "content[].type", "content[].text"]
    assert names[start : start + 5] == ["messages", *(f"messages[].{name}" for name in within)]


def test_what_must_be_sent_says_so() -> None:
    fields = asked("/api/chat")
    assert [name for name, field in fields.items() if field.is_required] == ["message"]


def test_a_long_example_is_cut_in_the_list_of_fields_alone() -> None:
    section = BY_PATH["post", "/api/vision/digits"]
    assert section.asked[0].example.endswith(" …")
    assert len(json.loads(section.request or "")["pixels"]) == 28


def test_the_page_shows_what_each_field_is_for(client: FlaskClient) -> None:
    text = re.sub(r"</?code>", "`", client.get("/docs").text.replace("&#39;", "'").replace("&#34;", '"'))
    for section in sections():
        for field in (*section.asked, *section.answered):
            assert f"`{field.name}`" in text
            assert field.description in text
        for example in (section.request, section.answer, section.stream):
            assert example is None or example.strip() in text
    assert text.count("<b>required</b>") == sum(field.is_required for section in sections() for field in section.asked)
