"""Which messages hold too little to be judged: a word or two, and nothing that a fraud would work through."""

import re
from unicodedata import east_asian_width

from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.patterns import find_patterns

__all__ = ["is_too_short"]

MIN_WORDS = 3
MIN_WIDTH = 16
"""Width of its letters from which even one word is judged; wide letters, such as Hangul, say more and count twice."""
LONGEST = 60
"""Characters beyond which a message isn't looked at."""
TELLING = re.compile(r"[$£€₩¥@]|\d{3}|://|\w\.\w\w")
"""A price, an address, a number or a link, also of forms that `find_patterns` doesn't know."""


def is_too_short(message: str) -> bool:
    """Return whether a message has fewer than three words, short ones, and no link, number, amount or address.

    A bare link or a "call 0900 …" is a whole fraud, and is judged; nobody can tell what "hello" leads to.
    """
    if len(message.strip()) > LONGEST:
        return False
    text = normalize(message)
    if TELLING.search(text) or next(find_patterns(text), None) is not None:
        return False
    words = [word for word in text.split() if any(c.isalpha() for c in word)]
    width = sum(2 if east_asian_width(c) in "WF" else 1 for c in text if c.isalpha())
    return len(words) < MIN_WORDS and width < MIN_WIDTH
