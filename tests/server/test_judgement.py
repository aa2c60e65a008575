"""What is thought of a message, as it is answered."""

from dataclasses import asdict

import pytest

from nlpbot.classify.attribution import Span
from nlpbot.core.bundles.values import read_values
from nlpbot.fraud.judgement import judge
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.thresholds import VERDICTS, VerdictName
from nlpbot.fraud.wording import Wording, wording_files
from server.judgement import Judgement


@pytest.mark.parametrize("name", VERDICTS)
def test_a_judgement_is_answered_whole(name: VerdictName) -> None:
    verdict, wording = Verdict(name, 0.5, "prize", (Span(0, 5, 1.5),)), read_values(wording_files(), Wording)
    judged = judge("hello", verdict, "en", wording, synthetic=True)
    answered = Judgement.from_judged(judged).model_dump()
    assert answered == {**asdict(judged), "spans": [asdict(span) for span in judged.spans], "advice": [*judged.advice]}
