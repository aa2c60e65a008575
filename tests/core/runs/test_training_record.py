from dataclasses import replace
from typing import Any

import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.kernel.config import Settings
from nlpbot.core.runs.training_record import TrainingRecord, write_bundle
from nlpbot.core.training import Point, RunResult, read_curves


class Sized(Settings):
    size: int = 3


class Nothing(Predictor):
    kind = "nothing"

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        draft.write_json("nothing.json", None)
        return {"built": True}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "Nothing":
        return cls()


RECORD = TrainingRecord(
    Sized(size=7),
    seed=2,
    data={"a.txt": "0" * 64},
    metrics={"accuracy": 0.5},
    baseline={"name": "linear", "accuracy": 0.25},
    protocol="half kept back",
    seconds=1.23456,
)


def test_what_made_a_model_is_kept_in_its_bundle(tmp_path):
    manifest = open_bundle(
        write_bundle(BundleDraft.start(tmp_path / "out"), Nothing(), RECORD), kind="nothing"
    ).manifest
    assert (manifest.config, manifest.settings, manifest.data) == ({"built": True}, {"size": 7}, {"a.txt": "0" * 64})
    assert (manifest.metrics, manifest.baseline) == (RECORD.figures, RECORD.baseline)
    assert (manifest.protocol, manifest.seconds, manifest.thresholds) == ("half kept back", 1.23456, {})
    assert manifest.files.keys() == {"nothing.json"}


def test_the_run_of_a_network_gives_its_figures_and_curves(tmp_path):
    point = Point(40, 0.5, 0.25, 0.1, 61.0)
    record = replace(RECORD, run=RunResult(0.5, 0.25, 40, 3, 61.5, (point,)))
    folder = write_bundle(BundleDraft.start(tmp_path / "out"), Nothing(), record)
    assert {"train_loss": 0.5, "valid_loss": 0.25, "steps": 40}.items() <= record.figures.items()
    assert read_curves(folder / "curves.jsonl") == [point]


def test_its_document_has_the_metrics_first_and_the_bundle_last(tmp_path):
    document = RECORD.to_json(tmp_path / "out")
    always = ["train_loss", "valid_loss", "steps"]
    assert list(document) == [*always, "accuracy", "baseline", "protocol", "seed", "seconds", "bundle"]
    assert [document[name] for name in always] == [None, None, None]  # nothing was trained in mini-batches
    assert (document["seconds"], document["bundle"]) == (1.23, str(tmp_path / "out"))
