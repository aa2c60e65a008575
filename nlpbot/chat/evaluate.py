"""Measure a chatbot on questions it has not seen: is the right topic first, and does it know what it doesn't know."""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.urgent import urgent_topic
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.terminal.row_files import row_file
from nlpbot.core.text.corpus import read_lines
from nlpbot.core.text.labelled import read_labelled
from nlpbot.core.text.language import language_of

__all__ = [
    "OUT_OF_SCOPE",
    "Answered",
    "evaluate_answers",
    "read_accepted",
    "read_questions",
    "shares_right",
    "write_answers",
]

OUT_OF_SCOPE = "out-of-scope"
SHOWN = 3
"""Topics of a question that are reported."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What was found for a question."""

    gist: str
    """What it asks for."""
    question: str
    found: tuple[str, ...]
    """Ids of the topics that come first."""
    known: bool
    likely: bool


def read_questions(path: Path) -> list[tuple[str, str]]:
    """Return (gist, question) rows of a table with columns gist (or topic) and question.

    Raises:
        DataError: a column is missing.
    """
    return [(row.label, row.text) for row in read_labelled(path)]


def read_accepted(path: Path) -> dict[str, set[str]]:
    """Return for each gist the ids of the topics that answer it: a gist, a tab, ids apart by commas, a line each.

    Raises:
        DataError: a line has another form.
    """
    accepted: dict[str, set[str]] = {}
    for number, line in read_lines(path):
        gist, tab, ids = line.partition("\t")
        if not tab:
            raise DataError.at(path, number, "no tab; gist, tab, topic ids apart by commas expected")
        accepted[gist.casefold()] = {name.strip() for name in ids.split(",")}
    return accepted


def evaluate_answers(
    predictor: ChatPredictor, questions: Sequence[tuple[str, str]], accepted: Mapping[str, set[str]] | None = None
) -> tuple[EvaluationReport, list[Answered]]:
    """Return how often the right topic came first, by language, and what was found for each question.

    The report tells how often strangers were answered with confidence, too, and lists what was ``missed``. Questions
    are answered as in a conversation: what is urgent first, then what the chatbot knows.

    Args:
        predictor: the chatbot.
        questions: (gist, question); the gist `out-of-scope` calls for "I don't know".
        accepted: topics that answer each gist; by default the topic of the same name.
    """
    start = time.monotonic()
    answers = _answers(predictor, questions)
    tally: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    missed = []
    for answer in answers:
        counts = tally[language_of(answer.question)]
        if answer.gist == OUT_OF_SCOPE:
            counts["confident_out_of_scope"].append(answer.known)
            continue
        right_ids = (accepted or {}).get(answer.gist, {answer.gist})
        right = answer.found[:1] != () and answer.found[0] in right_ids
        counts["right_first"].append(right)
        counts["right_in_three"].append(any(name in right_ids for name in answer.found))
        counts["answered"].append(answer.known or answer.likely)
        counts["right_and_answered"].append(right and (answer.known or answer.likely))
        if not right:
            missed.append({"gist": answer.gist, "question": answer.question, "found": list(answer.found)})
    by_language = {
        language: {"n": len(counts["right_first"]), **{name: sum(v) / len(v) for name, v in counts.items() if v}}
        for language, counts in sorted(tally.items())
    }
    report = EvaluationReport(
        n=len(questions),
        metrics={},
        protocol=f"{len(questions)} questions of a file, all of them, answered as in a conversation",
        seconds=time.monotonic() - start,
        seed=None,
        details={"languages": by_language, "missed": missed},
    )
    return report, answers


def shares_right(
    predictor: ChatPredictor, questions: Sequence[tuple[str, str]], accepted: Mapping[str, set[str]] | None = None
) -> dict[str, float]:
    """Return how often the right topic came first and among the first three, of the questions in scope."""
    told = evaluate_answers(predictor, questions, accepted)[0].details["languages"].values()
    count = sum(counts["n"] for counts in told)
    names = ("right_first", "right_in_three")
    return {name: sum(c["n"] * c.get(name, 0.0) for c in told) / max(count, 1) for name in names}


def write_answers(path: Path, answers: Sequence[Answered]) -> None:
    """Write a row for each question: its gist, the topic found first, how sure of it the chatbot was, and the text."""
    with row_file(path, ("gist", "predicted", "known", "likely", "text")) as write:
        for answer in answers:
            opinion = {"known": answer.known, "likely": answer.likely}
            write({"gist": answer.gist, "predicted": "".join(answer.found[:1]), **opinion, "text": answer.question})


def _answers(predictor: ChatPredictor, questions: Sequence[tuple[str, str]]) -> list[Answered]:
    guesses = predictor.predict([question for _, question in questions])
    names = {(topic.language, topic.id) for topic in predictor.topics}
    answers = []
    for (gist, question), guess in zip(questions, guesses, strict=True):
        language = language_of(question)
        urgent = urgent_topic(question, language, predictor.urgent_cases)
        ids, known = [topic.id for topic in guess.topics], guess.known
        if urgent is not None and (language, urgent) in names:
            ids, known = [urgent, *ids], True
        answers.append(Answered(gist, question, tuple(ids[:SHOWN]), known, guess.likely))
    return answers
