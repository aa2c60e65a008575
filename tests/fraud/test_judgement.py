import pytest

from nlpbot.classify.attribution import Span
from nlpbot.core.bundles.values import read_values
from nlpbot.fraud.judgement import MAX_ADVICE, headline, judge
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.thresholds import VERDICTS
from nlpbot.fraud.wording import Wording, wording_files

WORDING = read_values(wording_files(), Wording)


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", VERDICTS)
def test_a_verdict_is_worded_in_the_language_asked_for(name, language):
    judgement = judge("hello", Verdict(name, 0.4), language, WORDING, synthetic=True)
    assert judgement.summary
    assert any("가" <= c <= "힣" for c in judgement.summary) == (language == "ko")
    assert bool(judgement.advice) == (name in ("unsure", "fraud"))
    assert len(judgement.advice) <= MAX_ADVICE


def test_what_is_too_short_is_not_said_to_be_judged():
    short = judge("hello", Verdict("too_short", 0.7), "en", WORDING, synthetic=True)
    assert "too short to judge" in short.summary
    assert "Judged" not in short.notice
    assert headline("too_short", 0.7, None) == "too short to judge"
    assert headline("fraud", 0.976, "Prize bait") == "fraud · 98% · Prize bait"
    assert headline("honest", 0.02, None) == "honest · 2%"


def test_nothing_is_ever_called_safe():
    honest = judge("hello", Verdict("honest", 0.01), "en", WORDING, synthetic=False)
    assert "no sign of fraud" in honest.summary.lower()
    assert "is safe" not in honest.summary


def test_a_scorer_of_synthetic_messages_says_so():
    verdict = Verdict("fraud", 0.9)
    made, own = (judge("x", verdict, "en", WORDING, synthetic=synthetic).notice for synthetic in (True, False))
    assert made != own


def test_weights_of_spans_are_rounded():
    verdict = Verdict("fraud", 0.9, "prize", (Span(0, 3, 1.23456),))
    assert judge("you", verdict, "en", WORDING, synthetic=True).spans == (Span(0, 3, 1.2346),)


def test_a_kind_of_one_s_own_is_its_own_title_with_general_advice():
    judgement = judge("x", Verdict("fraud", 0.9, "my kind"), "en", WORDING, synthetic=False)
    assert judgement.kind_title == "my kind"
    assert judgement.advice == WORDING.advice["general"].en


def test_advice_is_that_of_the_kind_the_most_urgent_first():
    judgement = judge("x", Verdict("unsure", 0.5, "friend_money"), "ko", WORDING, synthetic=False)
    assert judgement.advice == WORDING.advice["person"].ko + WORDING.advice["money"].ko
