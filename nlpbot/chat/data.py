"""What a chatbot knows: topics from files, contact points, and questions that are none of its business."""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from nlpbot.chat.config import ChatSettings
from nlpbot.core.catalog import find_data
from nlpbot.core.config import parse_toml
from nlpbot.core.errors import DataError
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.corpus import read_lines
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
    """All that a chatbot is trained on."""

    topics: tuple[Topic, ...]
    out_of_scope: tuple[str, ...]
    concepts: Concepts
    paths: tuple[Path, ...]


def read_hotlines(path: Path) -> Hotlines:
    """Return the contact points of a file.

    Raises:
        DataError: it is not TOML, or lacks its date.
    """
    try:
        raw: dict[str, Any] = parse_toml(path.read_text(encoding="utf-8"))
        numbers = {key: value for key, value in raw.items() if isinstance(value, dict) and key != "sources"}
        return Hotlines(raw["check_again"], numbers)
    except (OSError, tomllib.TOMLDecodeError, KeyError) as error:
        raise DataError(f"{path}: can't be read: {error}; check_again and a table a language wanted") from error


def load_knowledge(settings: ChatSettings, folder: Path) -> Knowledge:
    """Return what the files of some settings hold, with contact points filled in.

    Raises:
        DataError: a file can't be used, or a topic of one language comes twice.
    """
    paths = [find_data(name, folder) for name in settings.topics]
    topics = gather_topics(paths)
    if settings.hotlines is not None:
        hotlines = read_hotlines(folder / settings.hotlines)
        topics = [replace(topic, answer=hotlines.fill(topic.answer, topic.language)) for topic in topics]
    others = [find_data(name, folder) for name in settings.out_of_scope]
    questions = [line.strip() for path in others for _, line in read_lines(path) if line.strip()]
    concepts = Concepts() if settings.concepts is None else Concepts.read(folder / settings.concepts)
    return Knowledge(tuple(topics), tuple(questions), concepts, (*paths, *others))
