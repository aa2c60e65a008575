"""Which of the two languages a text is in: Korean where it holds Hangul, else English."""

from typing import Literal

__all__ = ["LANGUAGES", "Language", "language_of"]

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = ("en", "ko")
HANGUL_FRACTION = 0.15


def language_of(text: str, default: Language = "en") -> Language:
    """Return ``ko`` if a fair fraction of the letters are Hangul, ``en`` if not, `default` without letters."""
    letters = [c for c in text[:2000] if c.isalpha()]
    if not letters:
        return default
    hangul = sum("가" <= c <= "힣" or "ㄱ" <= c <= "ㆎ" for c in letters)
    return "ko" if hangul >= HANGUL_FRACTION * len(letters) else "en"
