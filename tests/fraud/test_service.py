"""Verdicts come in batches, explanations in slices between which others have their turn."""

from nlpbot.core.serving.engine import Engine
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.fraud.service import FraudService

MESSAGES = ["Your parcel is held, pay the fee at http://parcel.example", "dinner at seven tonight?"]


def test_it_gives_what_the_predictor_gives(scorer: FraudPredictor) -> None:
    engine = Engine()
    service = FraudService.on(engine, scorer)
    engine.start()
    scored = [future.result(20) for future in service.score.submit_all(MESSAGES)]
    explained = [future.result(20) for future in service.explain.submit_all(MESSAGES)]
    engine.close()
    alone = [scorer.predict([message])[0] for message in MESSAGES]
    assert [verdict.verdict for verdict in scored] == [verdict.verdict for verdict in alone]
    assert [verdict.spans for verdict in explained] == [verdict.spans for verdict in scorer.explain(MESSAGES)]
    assert service.synthetic is scorer.synthetic
