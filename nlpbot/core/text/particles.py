"""Korean particles: which of a pair fits depends on the final consonant of the word before it."""

import re

__all__ = ["attach_particles", "particle"]

HANGUL_FIRST, HANGUL_LAST = "가", "힣"
FINALS = 28
RIEUL = 8
DIGITS_WITH_FINAL = "013678"
LETTERS_WITH_FINAL = "lmnrLMNR"
RIEUL_SOUNDS = "178lrLR"
"""일, 칠, 팔, 엘, 알 end in ㄹ, after which 으로 is 로."""
PAIR = re.compile(r"(?P<word>\S*?)\{(?P<first>[가-힣]+)/(?P<second>[가-힣]+)\}")
AFTER_FINAL = ("을", "은", "과", "아", "으로", "이")
"""How the form after a final consonant begins, and the other doesn't: 이/가, 이면/면, 이었고/였고, 으로서/로서."""


def particle(word: str, pair: tuple[str, str]) -> str:
    """Return the particle of the pair that fits after a word.

    Args:
        word: Hangul, Latin letters or digits; signs at its end, such as a bracket, are passed over.
        pair: the two forms in either order, such as ("을", "를").
    """
    with_final, without = pair if pair[0].startswith(AFTER_FINAL) else pair[::-1]
    letter = next((c for c in reversed(word) if c.isalnum()), "")
    if with_final.startswith("으로") and _ends_in_rieul(letter):
        return without
    return with_final if _has_final(letter) else without


def attach_particles(text: str) -> str:
    """Return a text whose pairs in braces, as in ``한빛은행{을/를}``, became the particle that fits."""
    return PAIR.sub(lambda match: match["word"] + particle(match["word"], (match["first"], match["second"])), text)


def _final_index(letter: str) -> int:
    """Return the number of a syllable's final consonant, 0 for none."""
    return (ord(letter) - ord(HANGUL_FIRST)) % FINALS


def _is_hangul(letter: str) -> bool:
    return HANGUL_FIRST <= letter <= HANGUL_LAST and letter != ""


def _has_final(letter: str) -> bool:
    if _is_hangul(letter):
        return _final_index(letter) > 0
    return letter != "" and letter in DIGITS_WITH_FINAL + LETTERS_WITH_FINAL


def _ends_in_rieul(letter: str) -> bool:
    if _is_hangul(letter):
        return _final_index(letter) == RIEUL
    return letter != "" and letter in RIEUL_SOUNDS
