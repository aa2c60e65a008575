"""A text in each language, its placeholders filled."""

import pytest
from pydantic import ValidationError

from nlpbot.core.text.translated import MAX_CHARACTERS, Translated

GREETING = Translated(en="{name}! ", ko="{name}님, {name}")


def test_placeholders_are_filled_in_the_language_asked_for() -> None:
    assert GREETING.text("en", {"name": "Ann"}) == "Ann! "
    assert GREETING.text("ko", {"name": "민수", "other": "x"}) == "민수님, 민수"


def test_a_value_is_never_read_as_a_placeholder() -> None:
    both = Translated(en="{name} asked {question}", ko="-")
    assert both.text("en", {"name": "{question}", "question": "{name}"}) == "{question} asked {name}"


def test_braces_without_a_value_stay() -> None:
    assert GREETING.text("en") == "{name}! "
    assert Translated(en="{} {not this}", ko="{x}").placeholders == {"x"}


@pytest.mark.parametrize("text", ["", "x" * (MAX_CHARACTERS + 1)])
def test_a_text_is_neither_empty_nor_endless(text: str) -> None:
    with pytest.raises(ValidationError):
        Translated(en=text, ko="x")
