from pathlib import Path

from nlpbot.classify.attribution import Span
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.console import Table
from nlpbot.fraud.judgement import Judgement
from nlpbot.fraud.results import ExplainedMessage, ScorerCard

TEXT = "pay the fee now"
SPANS = (Span(4, 11, 1.5),)
MADE = {"config": {"synthetic": True}, "metrics": {"f1": 0.5, "served": "linear"}, "parts": {"kinds": "x"}}
THRESHOLDS = {"unsure_from": 0.25, "fraud_from": 0.75}


def judged(spans: tuple[Span, ...]) -> ExplainedMessage:
    said = {"summary": "It looks bad.", "advice": ("Don't pay.",), "notice": "By a model."}
    return ExplainedMessage(Judgement("fraud", 0.9, "fee", "A fee", text=TEXT, spans=spans, **said))


def test_a_verdict_comes_first_then_the_words_and_what_to_do() -> None:
    verdict, summary, words, advice = judged(SPANS).tables
    assert (verdict, summary, advice) == ("fraud · 90% · A fee", "It looks bad.", "- Don't pay.\nBy a model.")
    assert words == Table("what speaks for fraud", ["log-odds", "words"], [["+1.50", "the fee"]])
    assert len(judged(()).tables) == 3
    assert judged(SPANS).to_json()["spans"][0]["weight"] == 1.5


def test_a_card_shows_metrics_and_thresholds_and_what_they_rest_on() -> None:
    manifest = Manifest(kind="fraud", thresholds=THRESHOLDS, protocol="held out", data={"a.tsv": "0"}, **MADE)
    card = ScorerCard(Path("b"), manifest)
    metrics, thresholds, second, made_of, written = card.tables
    assert metrics == Table("b: on messages held out", ["metric", "value"], [["f1", "0.5000"]])
    assert isinstance(thresholds, Table)
    assert [row[0] for row in thresholds.rows] == ["0.000", "0.250", "0.750"]
    assert (made_of, str(written)[:27]) == ("made of a.tsv\nheld out", "trained on messages written")
    assert "unsure" in str(second)
    assert card.to_json().keys() == {
        "synthetic",
        "data",
        "metrics",
        "baseline",
        "thresholds",
        "protocol",
        "libraries",
    }
