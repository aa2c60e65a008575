"""What can be found: topics, each with the questions it answers."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from nlpbot.core.kernel.config import parse_yaml
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.core.text.labelled import Pair, read_pairs
from nlpbot.core.text.language import Language, language_of

__all__ = [
    "MAX_TITLE",
    "Mark",
    "Topic",
    "gather_topics",
    "load_topics",
    "topics_from_json",
    "topics_of_pairs",
    "topics_to_json",
]

MAX_TITLE = 80
"""Characters of a question that is its topic's title."""
YAML = (".yaml", ".yml")
SENTENCE_END = re.compile(r"(?<=[.?!]) +|\n+")
KEYS = ("id", "title", "questions", "answer", "urgent", "marks")

Mark = Literal["small_talk", "courtesy", "by_name"]
"""What a topic is to a conversation: ``small_talk`` is answered, but neither remembered nor offered as a choice; one
``courtesy`` will do for another; ``by_name`` greets by the user's name, where it is known."""
MARKS: tuple[Mark, ...] = get_args(Mark)
MARKS_BY_ID: dict[str, tuple[Mark, ...]] = {
    **dict.fromkeys(("greeting", "goodbye", "thanks", "good_night"), MARKS),
    "praise": ("small_talk", "courtesy"),
    **dict.fromkeys(
        ("how_are_you", "joke", "insult", "bored", "sorry", "yes_ok", "your_name", "your_age"), ("small_talk",)
    ),
}
"""Marks of topics in bundles that keep none: nlpbot knew them by their ids then."""


@dataclass(frozen=True, slots=True)
class Topic:
    """An answer, and the questions that it answers.

    Attributes:
        id: unique within a language.
        title: shown as a choice.
        questions: different ways to ask.
        answer: may hold placeholders such as ``{police}``.
        language: of all of it.
        urgent: whether something is being lost right now.
        marks: what it is to a conversation beside an answer.
    """

    id: str
    title: str
    questions: tuple[str, ...] = field(repr=False)
    answer: str = field(repr=False)
    language: Language
    urgent: bool = False
    marks: tuple[Mark, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """All that a question can be compared with: its questions, title, and the sentences of its answer."""
        return tuple(dict.fromkeys((*self.questions, self.title, *SENTENCE_END.split(self.answer))))


def load_topics(path: Path) -> list[Topic]:
    """Return the topics of a .yaml, or of a table of questions and answers.

    Raises:
        DataError: a topic lacks something, an id comes twice, or the file can't be read.
    """
    if path.suffix not in YAML:
        return topics_of_pairs(read_pairs(path))
    try:
        entries = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: can't be read as YAML: {error}") from error
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{path}: a list of topics expected")
    topics = [_topic(path, number, entry) for number, entry in enumerate(entries, start=1)]
    twice = [topic.id for index, topic in enumerate(topics) if topic.id in {t.id for t in topics[:index]}]
    if twice:
        raise DataError(f"{path}: topic {twice[0]!r} comes twice; ids are to be unique")
    return topics


def gather_topics(paths: Sequence[Path]) -> list[Topic]:
    """Return the topics of some files; tables are read as if they were one.

    Raises:
        DataError: as `load_topics`, or a topic of one language comes twice.
    """
    tables = [path for path in paths if path.suffix not in YAML]
    topics = [topic for path in paths if path.suffix in YAML for topic in load_topics(path)]
    if tables:
        topics += topics_of_pairs([pair for path in tables for pair in read_pairs(path)])
    seen: set[tuple[str, str]] = set()
    for topic in topics:
        if (topic.language, topic.id) in seen:
            raise DataError(f"topic {topic.id!r} ({topic.language}) comes twice; ids are to be unique in a language")
        seen.add((topic.language, topic.id))
    return topics


def topics_of_pairs(pairs: Sequence[Pair]) -> list[Topic]:
    """Return a topic for each answer, with all the questions that have it.

    Raises:
        DataError: there are no pairs.
    """
    if not pairs:
        raise DataError("no questions and answers found; at least one pair expected")
    questions: dict[str, list[str]] = defaultdict(list)
    for pair in pairs:
        questions[pair.answer].append(pair.question)
    return [
        Topic(f"q{number}", asked[0][:MAX_TITLE], tuple(dict.fromkeys(asked)), answer, language_of(asked[0]))
        for number, (answer, asked) in enumerate(questions.items(), start=1)
    ]


def topics_to_json(topics: Sequence[Topic]) -> list[dict[str, Any]]:
    """Return what `topics_from_json` takes."""
    return [
        {
            "id": t.id,
            "title": t.title,
            "questions": list(t.questions),
            "answer": t.answer,
            "language": t.language,
            "urgent": t.urgent,
            "marks": list(t.marks),
        }
        for t in topics
    ]


def topics_from_json(value: Any) -> list[Topic]:
    """Return the topics that `topics_to_json` gave.

    Raises:
        BundleError: they are damaged.
    """
    try:
        return [_kept_topic(entry) for entry in value]
    except (KeyError, TypeError, ValueError) as error:
        raise BundleError(f"topics: damaged: {error}; train the bundle again") from error


def _kept_topic(entry: Any) -> Topic:
    marks = tuple(entry["marks"]) if "marks" in entry else MARKS_BY_ID.get(entry["id"], ())
    if unknown := set(marks) - set(MARKS):
        raise ValueError(f"mark {min(unknown)!r}")
    return Topic(**{**entry, "questions": tuple(entry["questions"]), "marks": marks})


def _topic(path: Path, number: int, entry: Any) -> Topic:
    where = f"{path}: topic {number}"
    if not isinstance(entry, dict):
        raise DataError(f"{where}: id, title, questions and answer expected")
    where = f"{where} ({entry.get('id', '?')})"
    missing = [key for key in ("id", "questions", "answer") if not entry.get(key)]
    unknown = entry.keys() - set(KEYS)
    if missing or unknown:
        problem = f"{missing[0]} is missing" if missing else f"{sorted(unknown)[0]!r} is unknown"
        raise DataError(f"{where}: {problem}; {', '.join(KEYS)} expected")
    questions = tuple(dict.fromkeys(str(question).strip() for question in entry["questions"]))
    title = str(entry.get("title") or questions[0])
    answer = str(entry["answer"]).strip()
    urgent, marks = bool(entry.get("urgent", False)), _marks(where, entry.get("marks") or [])
    return Topic(str(entry["id"]), title, questions, answer, language_of(answer), urgent, marks)


def _marks(where: str, given: Any) -> tuple[Mark, ...]:
    if not isinstance(given, list) or any(mark not in MARKS for mark in given):
        raise DataError(f"{where}: marks: {given!r}; a list of {', '.join(MARKS)} expected")
    return tuple(mark for mark in MARKS if mark in given)
