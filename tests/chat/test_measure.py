"""What `nlpbot chat evaluate` prints."""

import json
from pathlib import Path

import pytest

from nlpbot.chat.measure import measure_answers
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.train import TrainedChat


@pytest.fixture
def questions(trained: TrainedChat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ChatPredictor, "load", lambda *_, **__: trained.predictor)
    rows = [
        "gist\tquestion",
        "strong_password\tpassword ideas",
        "strong_password\t비밀번호 추천",
        "web\tlink looks odd",
    ]
    (tmp_path / "asked.tsv").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "accept.tsv").write_text("web\tcheck_link,other\n", encoding="utf-8")
    return tmp_path / "asked.tsv"


def test_json_is_one_document_by_language(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_answers(questions, questions, questions.with_name("accept.tsv"), device="cpu", as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert {language: values["right_first"] for language, values in report["languages"].items()} == {"en": 1, "ko": 1}
    measure_answers(questions, questions, None, device="cpu", as_json=True)
    assert json.loads(capsys.readouterr().out)["languages"]["en"]["right_first"] == 0.5


def test_people_get_a_row_for_each_language_and_measure(questions: Path, capsys: pytest.CaptureFixture[str]) -> None:
    measure_answers(questions, questions, None, device="cpu", as_json=False)
    out, err = capsys.readouterr()
    assert "en\tright first\t0.500\t2\n" in out
    assert "ko\tright first\t1.000\t1\n" in out
    assert "1 missed" in err
