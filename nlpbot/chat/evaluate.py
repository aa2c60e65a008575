"""Measure a chatbot on questions it has not seen: is the right topic first, and does it know what it doesn't know."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.urgent import urgent_topic
from nlpbot.core.errors import DataError
from nlpbot.core.text.corpus import read_lines
from nlpbot.core.text.labelled import read_labelled
from nlpbot.core.text.language import language_of

__all__ = ["OUT_OF_SCOPE", "evaluate_answers", "read_accepted", "read_questions"]

OUT_OF_SCOPE = "out-of-scope"


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
) -> dict[str, Any]:
    """Return how often the right topic came first, by language, and how often strangers were answered with confidence.

    Beside ``languages`` it holds ``answers``, what was found for each question, and ``missed``, those of them that are
    wrong.

    Questions are answered as in a conversation: what is urgent first, then what the chatbot knows.

    Args:
        predictor: the chatbot.
        questions: (gist, question); the gist `out-of-scope` calls for "I don't know".
        accepted: topics that answer each gist; by default the topic of the same name.
    """
    guesses = predictor.predict([question for _, question in questions])
    names = {(topic.language, topic.id) for topic in predictor.topics}
    tally: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    answers, missed = [], []
    for (gist, question), guess in zip(questions, guesses, strict=True):
        counts = tally[language_of(question)]
        urgent = urgent_topic(question, language_of(question), predictor.urgent_cases)
        ids, known = [topic.id for topic in guess.topics], guess.known
        if urgent is not None and (language_of(question), urgent) in names:
            ids, known = [urgent, *ids], True
        answers.append({"gist": gist, "question": question, "found": ids[:3], "known": known, "likely": guess.likely})
        if gist == OUT_OF_SCOPE:
            counts["confident_out_of_scope"].append(known)
            continue
        right_ids = (accepted or {}).get(gist, {gist})
        right = ids[:1] != [] and ids[0] in right_ids
        counts["right_first"].append(right)
        counts["right_in_three"].append(any(name in right_ids for name in ids[:3]))
        counts["answered"].append(known or guess.likely)
        counts["right_and_answered"].append(right and (known or guess.likely))
        if not right:
            missed.append({name: answers[-1][name] for name in ("gist", "question", "found")})
    by_language = {
        language: {"n": len(counts["right_first"]), **{name: sum(v) / len(v) for name, v in counts.items() if v}}
        for language, counts in sorted(tally.items())
    }
    return {"n": len(questions), "languages": by_language, "answers": answers, "missed": missed}
