"""Concepts: groups of words that mean nearly the same, so that few examples reach many ways to say a thing."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from itertools import combinations, takewhile
from pathlib import Path

import yaml

from nlpbot.core.kernel.config import parse_yaml
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.language import LANGUAGES, Language, language_of
from nlpbot.core.text.normalize import normalize

__all__ = ["Concepts"]

BEGINNING = 4
"""Letters and digits that a word is looked up by; fewer before a space, hyphen or apostrophe, which may be missing."""
STARTS = {"en": re.compile(r"\b\w|[^\w\s]"), "ko": re.compile(r"\S")}
"""Where a word of a concept may begin."""
Groups = Mapping[str, Mapping[str, Sequence[str]]]
ByBeginning = dict[str, list[tuple[str, "_Words"]]]
"""The beginnings of words to concepts and patterns."""


class Concepts:
    """Words by language and concept; without any, texts stay as they are.

    Args:
        groups: for each language, for each concept, its words. An English word with a trailing ``*`` matches any
            ending; Korean words match inside others, since endings vary, but with a leading ``^`` only where a word
            begins. Spaces may be missing (in English also be hyphens), and apostrophes too.
    """

    def __init__(self, groups: Groups | None = None) -> None:
        self.groups = {language: {name: list(words) for name, words in (groups or {}).get(language, {}).items()}
                       for language in LANGUAGES}  # fmt: skip
        self._remembered: dict[str, tuple[str, ...]] | None = None

    @classmethod
    def read(cls, path: Path) -> "Concepts":
        """Return the concepts of a YAML file.

        Raises:
            DataError: it can't be read, or a word is no text.
        """
        try:
            groups = parse_yaml(path.read_text(encoding="utf-8"))
            return cls.from_json(groups)
        except (OSError, UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
            raise DataError(f"{path}: {error}; languages, each with concepts and their words, expected") from error

    @classmethod
    def from_json(cls, groups: object) -> "Concepts":
        """Return the concepts of plain data.

        Raises:
            ValueError: it has another form.
        """
        if not isinstance(groups, dict) or not all(isinstance(group, dict) for group in groups.values()):
            raise ValueError("no tables of concepts found")
        for group in groups.values():
            for name, words in group.items():
                if not isinstance(words, list) or not words or not all(map(_is_word, words)):
                    raise ValueError(f"{name}: a list of words expected; numbers need quotes")
        return cls(groups)

    def expand(self, text: str, *, pairs: bool = False) -> str:
        """Return the text with a tag such as ``<about_money>`` added for each concept found in it.

        Args:
            text: to be read.
            pairs: whether each two of them get a tag of their own, for models that only add up what they see.
        """
        names = self._names(text)
        joined = [f"{a}_{b}" for a, b in combinations(names, 2)] if pairs else []
        return " ".join([text, *(f"<about_{name}>" for name in [*names, *joined])])

    @contextmanager
    def remembering(self) -> Iterator[None]:
        """Remember texts meanwhile, as training reads each some times; what users write is never remembered."""
        self._remembered = {}
        try:
            yield
        finally:
            self._remembered = None

    def _names(self, text: str) -> tuple[str, ...]:
        remembered = {} if self._remembered is None else self._remembered
        if text not in remembered:
            language = language_of(text)
            found = self._found(normalize(text).lower().replace("’", "'"), language)
            remembered[text] = tuple(name for name in self.groups[language] if name in found)
        return remembered[text]

    def _found(self, low: str, language: Language) -> set[str]:
        """Return the concepts of a text in lower case.

        Thousands of words are looked for, so at each place only those that begin as it does.
        """
        beginnings, found = self._beginnings[language], set[str]()
        for place in STARTS[language].finditer(low):
            start = place.start()
            for end in range(start + 1, start + BEGINNING + 1):
                key = low[start:end]
                found.update(name for name, pattern in beginnings.get(key, ()) if pattern.match(low, start))
        return found

    @cached_property
    def _beginnings(self) -> dict[Language, ByBeginning]:
        return {language: _by_beginning(self.groups[language], language) for language in LANGUAGES}


class _Words:
    """A pattern that is compiled when a word first begins so: thousands at once would hold the first question up."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern

    @cached_property
    def match(self) -> Callable[[str, int], re.Match[str] | None]:
        """Return what tells whether a text goes on so from a place on."""
        return re.compile(self._pattern).match


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.strip("*^ ") != ""


def _by_beginning(groups: Mapping[str, Sequence[str]], language: Language) -> ByBeginning:
    """Return the concepts with patterns of their words, by how these begin."""
    found = defaultdict[str, dict[str, list[str]]](lambda: defaultdict(list))
    for name, words in groups.items():
        for word in words:
            stem = word.strip("*^ ")
            beginning = "".join(takewhile(str.isalnum, stem[:BEGINNING])) or stem[0]
            found[beginning][name].append(_pattern(word, language))
    return {
        beginning: [(name, _Words("|".join(patterns))) for name, patterns in named.items()]
        for beginning, named in found.items()
    }


def _pattern(word: str, language: Language) -> str:
    """Return a pattern for one entry; its ends are those of words, where it begins or ends with a Latin letter."""
    stem = word.rstrip("*")
    if language == "ko":
        begins, stem = stem.startswith("^"), stem.lstrip("^")
        before = r"\b" if begins else "(?<![a-z0-9])" if stem[:1].isascii() and stem[:1].isalnum() else ""
        after = "(?![a-z])" if stem[-1:].isascii() and stem[-1:].isalpha() else ""
        return before + re.escape(stem).replace(r"\ ", " ?") + after
    before = r"\b" if stem[:1].isalnum() else ""
    after = r"\b" if stem == word and stem[-1:].isalnum() else ""
    return before + re.escape(stem).replace(r"\ ", "[ -]?").replace("'", "'?") + after
