"""Undo what changes a text's bytes but not its look: widths, invisible characters, look-alike letters, piled-up marks.

Every character of the result knows where it came from, so that a span found in it can be shown in the original.
Linear in the length of the text: each cluster of a letter and its marks is normalised by itself, and is short.
"""

import re
import unicodedata
from dataclasses import dataclass

__all__ = ["Normalized", "normalize", "normalize_with_offsets"]

MAX_CLUSTER = 8
"""Characters of a letter with its marks; what goes beyond is dropped. Real text stays under 5."""
MAX_GROWTH = 4
"""A character that NFKC makes longer than this (U+FDFA becomes 18) is left as it is."""
PLAIN = re.compile("[\t\n\r -~가-힣]*")
"""Printable ASCII and Hangul syllables, most of all text, are normal as they are."""
PLAIN_WORD = re.compile("[!-~가-힣]+(?![^\t\n\r -~가-힣])")
"""Plain characters but the last, where what follows may belong to it."""
SPACES = "\t\n\r\x0b\x0c\x85\u2028\u2029"
LOOK_ALIKES = str.maketrans(
    "аеорсухіѕјԁһԛԝԍьАВЕНІЈКМОРСТХУЅԌοανρτικυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
    "aeopcyxisjdhqwgbABEHIJKMOPCTXYSGoavptikuABEZHIKMNOPTYX",
)
"""Cyrillic and Greek letters that look like Latin ones. Source: Unicode Technical Standard 39, confusables."""


@dataclass(frozen=True, slots=True)
class Normalized:
    """A normalised text, and for each of its characters the place in the original where it came from.

    `offsets` is one longer than `text`: the last is where the text ends in the original, white space left out.
    """

    text: str
    offsets: tuple[int, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return where text[start:end] stands in the original; what one character became stays together."""
        while start < end < len(self.text) and self.offsets[end] == self.offsets[end - 1]:
            end += 1
        return self.offsets[start], self.offsets[end]


def normalize(text: str) -> str:
    """Return the text in NFKC, without invisible characters, with runs of white space as one space."""
    return " ".join(text.split()) if PLAIN.fullmatch(text) else normalize_with_offsets(text).text


def normalize_with_offsets(text: str) -> Normalized:
    """Return `normalize` of the text with the place of each character in the original."""
    if PLAIN.fullmatch(text) and " ".join(text.split()) == text:
        return Normalized(text, tuple(range(len(text) + 1)))
    characters: list[str] = []
    offsets: list[int] = []
    place = 0
    while place < len(text):
        if word := PLAIN_WORD.match(text, place):
            characters += word[0]
            offsets += range(*word.span())
            place = word.end()
            continue
        cluster, start, place = _cluster(text, place)
        for character in _normal_form(cluster):
            if character.isspace():
                if not characters or characters[-1] == " ":
                    continue
                character = " "
            characters.append(character)
            offsets.append(start)
    if characters and characters[-1] == " ":
        characters.pop()
    else:
        offsets.append(len(text))
    return Normalized(_latin_words("".join(characters)), tuple(offsets))


def _cluster(text: str, place: int) -> tuple[str, int, int]:
    """Return the next letter with its marks, cut at `MAX_CLUSTER`, where it starts, and where the one after it may."""
    cluster, start = "", place
    for index in range(place, len(text)):
        character = text[index]
        if _is_invisible(character):
            continue
        if not cluster:
            cluster, start = character, index
        elif not _continues(character):
            return cluster, start, index
        elif len(cluster) < MAX_CLUSTER:
            cluster += character
    return cluster, start, len(text)


def _is_invisible(character: str) -> bool:
    return character not in SPACES and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Cn")


def _continues(character: str) -> bool:
    """Return whether a character composes with the one before: a mark, or a Hangul vowel or final consonant."""
    return (
        unicodedata.combining(character) > 0 or "\u1160" <= character <= "\u11ff" or character in "\ufe0e\ufe0f\u20e3"
    )


def _normal_form(cluster: str) -> str:
    if cluster.isascii():
        return cluster
    form = unicodedata.normalize("NFKC", cluster)
    return form if len(form) <= MAX_GROWTH * len(cluster) else cluster


def _latin_words(text: str) -> str:
    """Return the text with look-alike letters made Latin in words that hold Latin letters."""
    if text.isascii() or text.translate(LOOK_ALIKES) == text:
        return text
    return " ".join(word.translate(LOOK_ALIKES) if _has_latin(word) else word for word in text.split(" "))


def _has_latin(word: str) -> bool:
    return any("a" <= c <= "z" or "A" <= c <= "Z" for c in word)
