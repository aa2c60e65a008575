"""Patterns of urgent cases can keep no message busy for long."""

import pytest

from nlpbot.chat.urgent_pattern import MAX_CHARACTERS, compile_pattern


@pytest.mark.parametrize(
    "pattern",
    [r"\bsent\b.{0,40}money", "(a|b)?c*", r"(pay|paid)\+ [)(*+]{1,3}x+", "돈.{0,20}(보냈|부쳤)", r"[\])+]a", "x{2,}y+"],
)
def test_plain_patterns_are_compiled(pattern: str) -> None:
    assert compile_pattern(pattern).pattern == pattern


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("(", "not a regular expression: "),
        ("a{4294967295,}", "not a regular expression: "),
        ("(" * (MAX_CHARACTERS - 1), "not a regular expression: "),
        ("x" * (MAX_CHARACTERS + 1), "at most 1000 characters expected"),
        (3, "a regular expression of at most"),
        ("(a+)+b", "a group is repeated"),
        ("(a|aa)*b", "a group is repeated"),
        (r"[)](\w){2,}", "a group is repeated"),
        ("a*b+c*d", "more than 2 repeats without a bound"),
        (".{3,}.{3,}.*x", "more than 2 repeats without a bound"),
    ],
)
def test_others_are_refused(pattern: object, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        compile_pattern(pattern)
