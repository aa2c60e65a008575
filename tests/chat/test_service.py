"""Questions of all languages share a batch, and each is answered as if it were alone."""

import pytest

from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.service import ChatService, Question
from nlpbot.chat.train import TrainedChat
from nlpbot.core.serving.engine import Engine

QUESTIONS = [Question("hello", "en"), Question("택배가 보류됐대요", "ko"), Question("password", "ko")] * 2


def test_a_batch_of_mixed_languages_is_one_call(trained: TrainedChat, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor, batches = trained.predictor, list[int]()
    alone = [predictor.predict([text], language=language)[0] for text, language in QUESTIONS]
    predict = ChatPredictor.predict

    def counted(self: ChatPredictor, questions: list[str], **options: object) -> list:
        batches.append(len(questions))
        return predict(self, questions, **options)

    monkeypatch.setattr(ChatPredictor, "predict", counted)
    engine = Engine()
    service = ChatService.on(engine, predictor)
    engine.start()
    for question in QUESTIONS[:2]:  # to know how long they take
        service.find.submit(question).result(20)
    batches.clear()
    monkeypatch.setattr("nlpbot.core.serving.requests.BATCH_S", 20.0)
    found = [future.result(20) for future in service.find.submit_all(QUESTIONS)]
    engine.close()
    assert batches == [len(QUESTIONS)]
    for ours, theirs in zip(found, alone, strict=True):
        assert (ours.question, ours.topics, ours.known) == (theirs.question, theirs.topics, theirs.known)
        assert ours.confidence == pytest.approx(theirs.confidence, abs=1e-4)
    assert service.topics == predictor.topics
