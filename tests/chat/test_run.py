"""A bundle says what it was made of; what is wrong leaves nothing behind."""

import json
from pathlib import Path

import pytest

from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.run import check, evaluate, train_bundle
from nlpbot.chat.train import TrainedChat
from nlpbot.chat.urgent import urgent_topic
from nlpbot.classify.evaluate_options import EvaluateOptions
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.kernel.console import Table
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.runs.train_options import TrainOptions

TINY = Path(__file__).parents[1] / "tiny"


def options(out: Path) -> TrainOptions:
    return TrainOptions(out, seed=0, device="cpu")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "bundle"
    train_bundle(TINY / "chat.toml", options(out))
    return out


def test_a_bundle_says_what_it_was_made_of(bundle: Path) -> None:
    manifest = open_bundle(bundle, kind="chat").manifest
    assert set(manifest.data) == {
        "en.yaml",
        "ko.yaml",
        "hotlines.toml",
        "out-of-scope.txt",
        "phrases.yaml",
        "urgent.yaml",
    }
    assert manifest.baseline["name"] == "bm25"
    assert manifest.baseline["accuracy"] == manifest.metrics["bm25"]
    assert 0 < manifest.thresholds["likely_from"] <= manifest.thresholds["known_from"] < 1
    assert not bundle.with_name("bundle.partial").exists()


def test_a_wrong_settings_file_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "chat.toml").write_text('topics = ["a.yaml"]\ncolour = "red"\n')
    with pytest.raises(ConfigError, match=r"chat\.toml: colour: .*known: topics"):
        train_bundle(tmp_path / "chat.toml", options(tmp_path / "out"))
    assert [path.name for path in tmp_path.iterdir()] == ["chat.toml"]


def test_a_bot_of_one_s_own_says_and_hears_what_its_settings_name(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("unknown_bare: {ko: 몰라요!}\n", encoding="utf-8")
    (tmp_path / "urgent.yaml").write_text("en: [{topic: sent_money, patterns: [gone]}]\n")
    topics = json.dumps([str(TINY / name) for name in ("en.yaml", "ko.yaml")])
    (tmp_path / "chat.toml").write_text(f'topics = {topics}\nphrases = "mine.yaml"\nurgent = "urgent.yaml"\n')
    train_bundle(tmp_path / "chat.toml", options(tmp_path / "out"))
    bot = ChatPredictor.load(tmp_path / "out", device="cpu")
    assert bot.phrases.unknown_bare.text("ko") == "몰라요!"
    assert bot.phrases.unknown_bare.text("en") == "I don't know that."
    assert urgent_topic("all my money is gone", "en", bot.urgent_cases) == "sent_money"
    assert urgent_topic("I just sent money to a scammer", "en", bot.urgent_cases) is None


def test_wrong_phrases_are_refused_before_anything_is_trained(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("unknwon: {en: a, ko: b}\n")
    (tmp_path / "chat.toml").write_text(f'topics = ["{TINY / "en.yaml"}"]\nphrases = "mine.yaml"\n')
    with pytest.raises(ConfigError, match=r"mine\.yaml: unknwon: .*known: tell_name"):
        train_bundle(tmp_path / "chat.toml", options(tmp_path / "out"))


def test_checking_names_questions_under_two_answers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("question,answer\nWho?,Me\nwho?,You\n")
    assert check(tmp_path / "a.csv").to_json()["asked_twice"] == ["who?"]


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


def test_answers_are_measured_by_language_and_what_is_accepted(questions: Path) -> None:
    options = EvaluateOptions(device="cpu")
    report = evaluate(questions, options, questions=questions, accept=questions.with_name("accept.tsv"))
    found = report.to_json()["languages"]
    assert {language: values["right_first"] for language, values in found.items()} == {"en": 1, "ko": 1}
    assert evaluate(questions, options, questions=questions).to_json()["languages"]["en"]["right_first"] == 0.5


def test_people_get_a_row_for_each_language_and_measure(questions: Path) -> None:
    (table,) = evaluate(questions, EvaluateOptions(device="cpu"), questions=questions).tables
    assert isinstance(table, Table)
    assert ["en", "right first", "0.500", "2"] in table.rows
    assert ["ko", "right first", "1.000", "1"] in table.rows
    assert table.notes == ["1 missed; --json lists them"]


def test_each_part_is_left_out_where_that_is_asked_for(questions: Path) -> None:
    report = evaluate(questions, EvaluateOptions(device="cpu", ablate=True), questions=questions)
    found = report.details["ablation"]
    assert found.keys() == {"nothing", "BM25", "intents"}
    assert found["nothing"]["right_first"] == pytest.approx(2 / 3)
    assert len(report.tables) == 2
