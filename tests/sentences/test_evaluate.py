import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.sentences.data import Question
from nlpbot.sentences.evaluate import evaluate_encoder, shared_words


def test_the_report_says_how_many_find_their_question_beside_bm25(encoder, questions):
    report = evaluate_encoder(encoder, questions, seed=0)
    assert report.n == 16
    assert set(report.metrics) == {"right_first", "across_languages"}
    assert report.baseline.keys() == {"name", "right_first"}
    low, high = report.intervals["right_first"]
    assert low <= report.metrics["right_first"] <= high
    assert "16 wordings of 4 lists on 2 subjects" in report.protocol


def test_one_language_is_not_asked_across(encoder, questions):
    english = [question for question in questions if question.language == "en"]
    assert "across_languages" not in evaluate_encoder(encoder, english).metrics


def test_nothing_to_be_asked_is_refused(encoder):
    with pytest.raises(DataError, match="no other wordings"):
        evaluate_encoder(encoder, [Question("shop", "a", "en", "Yes.", {"plain": "Is it?"})])


def test_bm25_finds_by_words():
    scores = shared_words(["my parcel"], ["where is the parcel", "a fine day"])
    assert scores[0, 0] > scores[0, 1] == 0
