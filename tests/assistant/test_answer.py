"""What is said is kept whole, and read again whatever version kept it."""

import json

import pytest

from nlpbot.assistant.answer import Answer
from nlpbot.chat.state import Choice, Reply
from nlpbot.classify.attribution import Span
from nlpbot.core.bundles.values import read_values
from nlpbot.fraud.judgement import judge
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.wording import Wording, wording_files

REPLY = Reply("Fraud by text message.", "answer", "en", (Choice("refund", "Refunds", "where is my refund"),))
JUDGED = judge(
    "pay now",
    Verdict("fraud", 0.97, None, (Span(0, 3, 2.0),)),
    "en",
    read_values(wording_files(), Wording),
    synthetic=True,
)


@pytest.mark.parametrize("answer", [Answer(REPLY), Answer(REPLY, JUDGED)])
def test_an_answer_is_read_as_it_was_kept(answer: Answer) -> None:
    kept = json.loads(json.dumps(answer.to_json()))
    assert Answer.from_json(kept) == answer


def test_what_another_version_kept_besides_is_left_out() -> None:
    kept = Answer(REPLY, JUDGED).to_json()
    more = {**kept, "id": 3, "mood": "good", "judgement": {**kept["judgement"], "colour": "red"}}
    assert Answer.from_json(more) == Answer(REPLY, JUDGED)
