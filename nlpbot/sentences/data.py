"""A paraphrase corpus: questions by the organisation that they are asked of, each in many wordings, and its answer.

::

    FOLDER/en/library.yaml      question id → answer, and a wording of each kind
    FOLDER/ko/library.yaml      the same; ids that are also in English mean the same
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import yaml

from nlpbot.core.kernel.config import parse_yaml
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.language import LANGUAGES, Language

__all__ = ["ANSWER", "PLAIN", "Question", "load_questions", "paraphrase_files"]

ANSWER, PLAIN = "answer", "plain"


@dataclass(frozen=True, slots=True)
class Question:
    """A question in one language.

    Attributes:
        subject: of whom or about what it is asked, such as ``library``.
        id: what it means, the same in both languages.
        language: of all its texts.
        answer: in a sentence or two.
        wordings: the texts that ask it, by the kind of wording; `PLAIN` is that of a list of questions.
    """

    subject: str
    id: str
    language: Language
    answer: str
    wordings: dict[str, str]

    @property
    def meaning(self) -> tuple[str, str]:
        """What it means, whatever the language."""
        return self.subject, self.id


def paraphrase_files(folder: Path) -> list[Path]:
    """Return the files of a paraphrase corpus, by subject and language.

    Raises:
        DataError: there are none.
    """
    files = [path for language in LANGUAGES for path in (folder / language).glob("*.yaml")]
    if not files:
        raise DataError(f"{folder}: no paraphrases found; en/SUBJECT.yaml and ko/SUBJECT.yaml expected")
    return sorted(files, key=lambda path: (path.stem, path.parent.name))


def load_questions(folder: Path) -> list[Question]:
    """Return the questions of a paraphrase corpus, by subject and language.

    Raises:
        DataError: there are none, or a file isn't of the form.
    """
    return [question for path in paraphrase_files(folder) for question in _questions(path)]


def _questions(path: Path) -> Iterator[Question]:
    subject, language = path.stem, cast(Language, path.parent.name)
    try:
        entries = parse_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DataError(f"{path}: can't be read as YAML: {error}") from error
    if not isinstance(entries, dict):
        raise DataError(f"{path}: questions by their ids expected")
    for name, texts in entries.items():
        if not isinstance(texts, dict) or not {ANSWER, PLAIN} <= texts.keys():
            raise DataError(f"{path}: {name}: {ANSWER}, {PLAIN} and other wordings expected")
        if not all(isinstance(text, str) and text.strip() for text in texts.values()):
            raise DataError(f"{path}: {name}: an empty text or a number; texts in quotes expected")
        wordings = {kind: text for kind, text in texts.items() if kind != ANSWER}
        yield Question(subject, str(name), language, texts[ANSWER], wordings)
