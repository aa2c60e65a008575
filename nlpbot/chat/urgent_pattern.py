"""A pattern of an urgent case: a plain regular expression that no message can keep busy for long."""

import re
from typing import Annotated

from pydantic import BeforeValidator

__all__ = ["MAX_CHARACTERS", "MAX_REPEATS", "UrgentPattern", "compile_pattern"]

MAX_CHARACTERS = 1000
MAX_REPEATS = 2
"""Repeats without a bound in one pattern: each multiplies the time that a message takes by its length."""
LITERAL = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]", re.DOTALL)
REPEATED_GROUP = re.compile(r"\)[*+{]")
UNBOUNDED = re.compile(r"[*+]|\{\d*,\}")


def compile_pattern(pattern: object) -> re.Pattern[str]:
    """Return a pattern, compiled.

    Raises:
        ValueError: it is no regular expression, is too long, or could take very long with some message.
    """
    if not isinstance(pattern, str) or len(pattern) > MAX_CHARACTERS:
        raise ValueError(f"a regular expression of at most {MAX_CHARACTERS} characters expected")
    try:
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from error
    marks = LITERAL.sub("x", pattern)
    if REPEATED_GROUP.search(marks):  # (a+)+ and (a|aa)+ take exponential time
        raise ValueError("a group is repeated, which can take for ever; repeat single characters only")
    if len(UNBOUNDED.findall(marks)) > MAX_REPEATS:
        raise ValueError(f"more than {MAX_REPEATS} repeats without a bound; such as .{{0,60}} expected")
    return compiled


UrgentPattern = Annotated[re.Pattern[str], BeforeValidator(compile_pattern)]
