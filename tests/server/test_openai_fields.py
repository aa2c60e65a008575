"""The forms in which OpenAI's clients send things."""

import json

import pytest
from pydantic import Field, ValidationError

from server.errors import Problem
from server.openai_fields import Content, Inputs, Prompts, Request, Stop, body_config


class Body(Request):
    model_config = body_config(size=3)

    prompt: Prompts = ("",)
    """Where to start."""
    stop: Stop = ()
    """Where to end."""
    content: Content = ()
    """What was said."""
    input: Inputs = ("",)
    """What to judge."""
    size: float = Field(1.0, ge=0)
    """How much."""


def read(**fields: object) -> Body:
    return Body.model_validate_json(json.dumps(fields))


def test_null_is_as_good_as_nothing() -> None:
    assert read(prompt=None, stop=None, content=None, size=None, unheard_of=None) == read()
    assert read(unheard_of=None).unknown == []


def test_what_is_not_known_is_kept_by_name() -> None:
    assert read(logit_bias={"3": 1}).unknown == ["logit_bias: not offered here"]


def test_a_text_is_a_list_of_it() -> None:
    given = read(prompt="a", stop="b", content="c", input="d")
    assert (given.prompt, given.stop, given.input) == (("a",), ("b",), ("d",))
    assert [part.text for part in given.content] == ["c"]
    assert read(prompt=["a", "b"]).prompt == ("a", "b")


@pytest.mark.parametrize("tokens", [[1, 2], [[1, 2], [3]], ["a", 1], [True]])
def test_tokens_are_refused_as_a_bad_request(tokens: list) -> None:
    with pytest.raises(Problem, match=r"prompt: .* expected a text or a list of texts") as refused:
        read(prompt=tokens)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"prompt": 3}, ("prompt",)),
        ({"prompt": []}, ("prompt",)),
        ({"prompt": [{}]}, ("prompt", 0)),
        ({"stop": ["a", ""]}, ("stop", 1)),
        ({"content": {}}, ("content",)),
        ({"content": ["a"]}, ("content", 0)),
        ({"content": [{"text": 3}]}, ("content", 0, "text")),
        ({"input": ["a", 3]}, ("input", 1, "part")),
        ({"size": float("nan")}, ("size",)),
        ({"size": float("inf")}, ("size",)),
    ],
)
def test_an_error_names_the_place(wrong: dict, where: tuple) -> None:
    with pytest.raises(ValidationError) as refused:
        read(**wrong)
    assert refused.value.errors()[0]["loc"] == where


def test_a_part_without_text_is_another_thing() -> None:
    parts = read(content=[{"type": "text"}, {"type": "input_text", "text": "a"}, {"type": "image_url"}]).content
    assert [part.is_other for part in parts] == [False, False, True]


def test_the_description_says_that_null_does() -> None:
    size = Body.model_json_schema()["properties"]["size"]
    assert size["anyOf"] == [{"minimum": 0, "type": "number"}, {"type": "null"}]
    assert (size["description"], size["default"]) == ("How much.", 1.0)
