import json

import pytest

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions
from nlpbot.retrieval.run import _figures, evaluate, train_bundle

TOML = """
data = ["faq.tsv"]
network = {hidden = 8, size = 8}
word2vec = {dim = 8, epochs = 1, min_count = 1}
train = {epochs = 1, batch_size = 8}
"""


def options(out):
    return TrainOptions(out, seed=3, device="cpu")


def test_a_settings_file_names_its_data_beside_it(table, tmp_path):
    (tmp_path / "faq.tsv").write_bytes(table.read_bytes())
    (tmp_path / "faq.toml").write_text(TOML)
    report = train_bundle(tmp_path / "faq.toml", options(tmp_path / "out")).to_json()
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["settings"]["seed"] == 3
    assert manifest["data"].keys() == {"faq.tsv"}
    assert manifest["metrics"]["accuracy"] == report["accuracy"]
    assert manifest["baseline"] == report["baseline"] == {"name": "bm25", "accuracy": manifest["metrics"]["bm25"]}
    assert manifest["seconds"] > 0


def test_settings_without_data_are_refused(tmp_path):
    (tmp_path / "faq.toml").write_text("hidden = 8")
    with pytest.raises(ConfigError, match=r"faq\.toml: data: at least one file"):
        train_bundle(tmp_path / "faq.toml", options(tmp_path / "out"))


@pytest.mark.parametrize(
    "given", [{}, {"train": "a"}, {"test": "a"}, {"bundle": "a"}, {"bundle": "a", "train": "a", "test": "a"}]
)
def test_what_is_measured_on_what_must_be_said(table, given):
    asked = {name: table if name in given else None for name in ("bundle", "train", "test")}
    with pytest.raises(ConfigError, match="one of these expected: BUNDLE --test FILE"):
        evaluate(asked.pop("bundle"), **asked, device="cpu")


def test_the_table_shows_bm25_and_the_encoder_beside_the_served():
    report = EvaluationReport(
        n=9,
        metrics={"mrr": 0.5},
        protocol="how",
        seconds=1.0,
        seed=0,
        intervals={"mrr": (0.25, 0.75)},
        baseline={"name": "bm25", "mrr": 0.125},
        details={"encoder": {"mrr": 0.375}, "weight": 0.4},
    )
    table = _figures(report)
    assert list(table.columns)[-2:] == ["BM25 alone", "encoder alone"]
    assert table.rows == [["mrr", "0.5000", "0.2500 – 0.7500", "0.1250", "0.3750"]]
    assert table.notes == ["how\n1.0 s to answer; BM25 and encoder, weight 0.4 served"]
