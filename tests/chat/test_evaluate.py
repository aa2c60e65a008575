"""Measured on questions it has not seen, by gist."""

from pathlib import Path
from typing import Any

import pytest

from nlpbot.chat.evaluate import evaluate_answers, read_accepted, read_questions
from nlpbot.chat.predictor import ChatPredictor, Guess
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.values import read_values
from nlpbot.core.kernel.errors import DataError
from nlpbot.retrieval.data import Topic

LINKS = Topic("links", "Links", ("links",), "Look.", "en")
MONEY = Topic("sent_money", "Money", ("money",), "Call.", "en", urgent=True)


class ByWord(ChatPredictor):
    """Knows links by the word; all else it is not sure of."""

    topics = (LINKS, MONEY)

    def __init__(self) -> None:
        self.urgent_cases = read_values([urgent_file()], UrgentCases)

    def predict(self, questions: list[str], **_: Any) -> list[Guess]:
        return [Guess(q, (LINKS, MONEY) if "link" in q else (MONEY, LINKS), 0.5, "link" in q, False) for q in questions]


@pytest.fixture
def report() -> dict[str, Any]:
    rows = [
        ("links", "a link?"),
        ("web", "the link again"),
        ("web", "the site"),
        ("sent_money", "I just sent money to him"),
        ("out-of-scope", "the weather"),
        ("out-of-scope", "chain link fence"),
    ]
    return evaluate_answers(ByWord(), rows, {"web": {"links"}})[0].to_json()


def test_right_answers_are_counted_by_what_is_accepted(report: dict[str, Any]) -> None:
    english = report["languages"]["en"]
    assert (report["n"], english["n"]) == (6, 4)
    assert english["right_first"] == 0.75
    assert english["right_in_three"] == 1.0
    assert [row["question"] for row in report["missed"]] == ["the site"]


def test_what_is_urgent_is_answered_whatever_is_guessed(report: dict[str, Any]) -> None:
    assert report["languages"]["en"]["right_and_answered"] == 0.75


def test_confidence_about_the_unknown_counts_against_it(report: dict[str, Any]) -> None:
    assert report["languages"]["en"]["confident_out_of_scope"] == 0.5


def test_tables_of_questions_and_accepted_topics_are_read(tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("gist\tquestion\nLinks\twhat about links\n링크\t링크가 뭐예요\n", encoding="utf-8")
    assert [question for _, question in read_questions(tmp_path / "q.tsv")] == ["what about links", "링크가 뭐예요"]
    (tmp_path / "a.tsv").write_text("Web\tlinks, sent_money\n")
    assert read_accepted(tmp_path / "a.tsv") == {"web": {"links", "sent_money"}}
    (tmp_path / "a.tsv").write_text("web links\n")
    with pytest.raises(DataError, match=r"a\.tsv:1: no tab"):
        read_accepted(tmp_path / "a.tsv")
