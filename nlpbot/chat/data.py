"""What a chatbot knows: topics from files, contact points, and questions that are none of its business."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.kernel.config import parse_toml
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.corpus import read_lines
from nlpbot.core.text.language import LANGUAGES
from nlpbot.retrieval.data import Topic, gather_topics

__all__ = ["Hotlines", "Knowledge", "load_knowledge", "read_hotlines"]


@dataclass(frozen=True, slots=True)
class Hotlines:
    """Contact points by language and name, and the day from which they are to be checked again."""

    check_again: date
    numbers: dict[str, dict[str, str]]

    def fill(self, answer: str, language: str) -> str:
        """Return an answer with its placeholders filled; braces that are no placeholder stay."""
        for name, value in self.numbers.get(language, {}).items():
            answer = answer.replace(f"{{{name}}}", value)
        return answer


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that a chatbot is made of.

    Attributes:
        topics: what it can answer, contact points filled in.
        out_of_scope: questions that it must not claim to know.
        concepts: words that mean nearly the same.
        phrases: what it says around its answers.
        urgent_cases: what it answers before anything is looked up.
        paths: all files that this was read from.
    """

    topics: tuple[Topic, ...]
    out_of_scope: tuple[str, ...]
    concepts: Concepts
    phrases: Phrases
    urgent_cases: UrgentCases
    paths: tuple[Path, ...]


def read_hotlines(path: Path) -> Hotlines:
    """Return the contact points of a file.

    Raises:
        DataError: it is not TOML, lacks its date, or a contact point is no text.
    """
    try:
        raw: dict[str, Any] = parse_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataError(f"{path}: can't be read: {error}; check_again and a table a language expected") from error
    check_again = raw.get("check_again")
    if not isinstance(check_again, date):
        raise DataError(f"{path}: check_again: a date such as 2030-01-31 expected")
    numbers = {key: value for key, value in raw.items() if isinstance(value, dict) and key != "sources"}
    for language, points in numbers.items():
        for name, value in points.items():
            if not isinstance(value, str):
                raise DataError(f"{path}: {language}.{name}: {value!r}; a text in quotes expected")
    return Hotlines(check_again, numbers)


def load_knowledge(settings: ChatSettings, folder: Path) -> Knowledge:
    """Return what the files of some settings hold, with contact points filled in.

    Raises:
        ConfigError: phrases or urgent cases are wrong.
        DataError: a file can't be used, a topic of one language comes twice, or one of an urgent case is missing.
    """
    paths = [find_data(name, folder) for name in settings.topics]
    topics = gather_topics(paths)
    if settings.hotlines is not None:
        paths.append(folder / settings.hotlines)
        hotlines = read_hotlines(paths[-1])
        topics = [replace(topic, answer=hotlines.fill(topic.answer, topic.language)) for topic in topics]
    others = [find_data(name, folder) for name in settings.out_of_scope]
    questions = [line.strip() for path in others for _, line in read_lines(path) if line.strip()]
    concepts = Concepts()
    if settings.concepts is not None:
        others.append(folder / settings.concepts)
        concepts = Concepts.read(others[-1])
    spoken = phrase_files(folder / settings.phrases if settings.phrases is not None else None)
    urgent = folder / settings.urgent if settings.urgent is not None else urgent_file()
    cases = read_values([urgent], UrgentCases)
    if settings.urgent is not None:
        _check_topics(cases, topics, urgent)
    everything = (*paths, *others, *spoken, urgent)
    return Knowledge(tuple(topics), tuple(questions), concepts, read_values(spoken, Phrases), cases, everything)


def _check_topics(cases: UrgentCases, topics: Sequence[Topic], path: Path) -> None:
    """Refuse urgent cases that no topic answers."""
    for language in LANGUAGES:
        known = {topic.id for topic in topics if topic.language == language}
        for case in cases.of(language):
            if case.topic not in known:
                problem = f"no topic {case.topic!r} in the files of topics"
                raise DataError(f"{path}: {language}: {problem}; the id of a topic of that language expected")
