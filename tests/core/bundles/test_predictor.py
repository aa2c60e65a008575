from typing import Any

import pytest
import torch

from nlpbot.core.bundles.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.bundles.predictor import Predictor, save_part
from nlpbot.core.kernel.errors import BundleError, DeviceError

CPU = torch.device("cpu")


class Echo(Predictor):
    kind = "echo"

    def __init__(self, word: str) -> None:
        self.word = word

    @property
    def named_thresholds(self) -> dict[str, float]:
        return {"loud_from": 0.5}

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        return {"word": self.word}

    @classmethod
    def from_bundle(cls, bundle: Bundle, device: torch.device) -> "Echo":
        return cls(bundle.manifest.config["word"])


def test_a_part_is_read_back_with_its_thresholds(tmp_path):
    draft = BundleDraft.start(tmp_path / "out")
    save_part(draft, "inner", Echo("hello"))
    bundle = open_bundle(draft.finish(Manifest(kind="outer")), kind="outer")
    assert Echo.from_part(bundle, "inner", CPU).word == "hello"
    assert bundle.part("inner", kind="echo").manifest.thresholds == {"loud_from": 0.5}
    with pytest.raises(BundleError, match="has no part outer"):
        Echo.from_part(bundle, "outer", CPU)


def test_only_bundles_of_its_own_kind_are_loaded(tmp_path):
    folder = BundleDraft.start(tmp_path / "out").finish(Manifest(kind="lm", config={"word": "hello"}))
    with pytest.raises(BundleError, match="a bundle of lm; one of echo expected"):
        Echo.load(folder)
    folder = BundleDraft.start(tmp_path / "echo").finish(Manifest(kind="echo", config={"word": "hello"}))
    assert Echo.load(str(folder), device="cpu").word == "hello"
    with pytest.raises(DeviceError):
        Echo.load(folder, device="abacus")
