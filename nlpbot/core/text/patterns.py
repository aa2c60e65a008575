"""Find what has a form rather than a meaning: web addresses, phone numbers, amounts, accounts and codes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["PATTERN_KINDS", "PatternMatch", "find_patterns", "mask_patterns"]

PATTERN_KINDS = ("url", "amount", "phone", "account", "code")

# Bounded repeats over disjoint classes: each is linear in the text. Edges are those of Latin words, not \w or \b, since
# Korean particles and nouns are written right beside: a.com에서, 번호010-1234-5678.
TOP_LEVELS = (
    "com|net|org|info|biz|co|kr|uk|us|io|me|ly|gl|app|site|xyz|top|shop|link|club|online|click|example|test|invalid"
)
URL = (
    r"(?:https?://|www\.)[^\s<>\"'가-힣]{1,2000}"
    rf"|(?<![@a-z\d_.-])(?:[a-z0-9-]{{1,63}}\.){{1,5}}(?:{TOP_LEVELS})(?![a-z\d_])(?:/[^\s<>\"'가-힣]{{0,2000}})?"
)
NUMBER = r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,4}(?:\.\d{1,2})?|(?<![\d.,])\d{1,12}(?:\.\d{1,2})?"
AMOUNT = (
    rf"[$£€₩¥]\s?(?:{NUMBER})(?:\s?(?:k|m|million|bn)(?![a-z\d_]))?"
    rf"|(?:{NUMBER})\s?(?:[백천]?만|천|억|조)?\s?(?:원|달러|유로|엔)(?![가-힣]{{3}})"
    rf"|(?:{NUMBER})\s?(?:dollars|pounds|euros|usd|gbp|eur|krw|won|bucks|quid|btc|eth|usdt)(?![a-z\d_])"
    rf"|(?:{NUMBER})\s?[백천]?만(?![가-힣]{{2}})"
)
PHONE = (
    r"(?<![a-z\d_*-])(?:\+\d{1,3}[\s.-]?)?\(?0\d{1,4}\)?[\s.-]?[\d*]{3,4}[\s.-]?[\d*]{3,4}(?![\d*-])"
    r"|(?<![a-z\d_*-])\+\d{1,3}[\s.-]?\(?\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,3}(?![\d*-])"
    r"|(?<![a-z\d_*-])1[5-9]\d{2}-[\d*]{4}(?![\d*-])"
    r"|(?<![a-z\d_*-])(?:1[-.\s])?\(?[2-9]\d{2}\)?[-.\s]\d{3}[-.\s]?\d{4}(?![\d*-])"
    r"|(?<![a-z\d_*-])555-\d{4}(?![\d*-])"
)
ACCOUNT = (
    r"(?<![a-z\d_*-])[\d*]{2,6}-[\d*]{2,8}-[\d*]{2,8}(?:-[\d*]{1,6})?(?![\d*-])|(?<![a-z\d_*-])\d{9,20}(?![a-z\d_*-])"
)
CODE = r"(?<![a-z\d_*.,-])\d{4,8}(?![\w*.,-]?\d|[*-])"
PATTERN = re.compile(
    f"(?P<url>{URL})|(?P<amount>{AMOUNT})|(?P<phone>{PHONE})|(?P<account>{ACCOUNT})|(?P<code>{CODE})", re.IGNORECASE
)
HINT = re.compile(r"\d|\.\S|://")
"""Text without any of these holds no pattern; most sentences don't, and need no closer look."""
TRAILING = ".,;:!?)]}'\"…"


@dataclass(frozen=True, slots=True)
class PatternMatch:
    """Where something of a form stands: `kind` is one of `PATTERN_KINDS`, text[start:end] is it."""

    kind: str
    start: int
    end: int


def find_patterns(text: str) -> Iterator[PatternMatch]:
    """Yield what has a form, from left to right, without overlaps."""
    if HINT.search(text) is None:
        return
    for match in PATTERN.finditer(text):
        kind = str(match.lastgroup)
        end = match.end()
        if kind == "url":
            end = match.start() + len(match[0].rstrip(TRAILING))
        yield PatternMatch(kind, match.start(), end)


def mask_patterns(text: str) -> str:
    """Return the text with each pattern replaced by its kind, as in ``pay <amount> at <url>``."""
    parts, done = [], 0
    for match in find_patterns(text):
        parts += [text[done : match.start], f" <{match.kind}> "]
        done = match.end
    return "".join([*parts, text[done:]])
