import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from nlpbot.core.bundles import bundle as bundles
from nlpbot.core.bundles.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.reproducibility import library_versions
from nlpbot.core.kernel.tensor_files import save_tensors

WEIGHTS = {"w": torch.arange(4.0).view(2, 2), "ids": torch.tensor([1, 2])}
FILES = ["words.json", "weights.safetensors", "parts/inner/words.json", "parts/inner/weights.safetensors"]


@pytest.fixture(autouse=True)
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)


def write(out: Path, *, words: object = ("a", "나"), force: bool = False) -> Path:
    draft = BundleDraft.start(out, force=force)
    for one in (draft.part("inner"), draft):
        one.write_json("words.json", words)
        one.write_tensors("weights.safetensors", WEIGHTS)
        one.finish(Manifest(kind="fraud", config={"size": 3}, metrics={"f1": 0.5}, thresholds={"fraud": 0.9}))
    return out


def read_all(out: Path) -> tuple[object, list[object]]:
    """Return the manifest and everything that the bundle and its part hold."""
    outer = open_bundle(out, kind="fraud")
    found: list[object] = []
    for one in (outer, outer.part("inner", kind="fraud")):
        tensors = one.read_tensors("weights.safetensors")
        found += [one.read_json("words.json"), {name: value.tolist() for name, value in tensors.items()}]
    return outer.manifest, found


def test_what_is_written_is_read(tmp_path: Path) -> None:
    manifest, found = read_all(write(tmp_path / "b"))
    assert isinstance(manifest, Manifest)
    assert (manifest.config, manifest.metrics, manifest.thresholds) == ({"size": 3}, {"f1": 0.5}, {"fraud": 0.9})
    assert manifest.libraries == library_versions()
    assert found == [["a", "나"], {"w": [[0, 1], [2, 3]], "ids": [1, 2]}] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_only_what_went_through_the_draft_is_in_the_bundle(tmp_path: Path) -> None:
    draft = BundleDraft.start(tmp_path / "b")
    (draft.folder / "checkpoint").write_text("old")
    (draft.folder / "logs").mkdir()
    (draft.folder / "curves.jsonl").write_text("{}")
    draft.keep("curves.jsonl")
    out = draft.finish(Manifest(kind="lm"))
    assert sorted(path.name for path in out.iterdir()) == ["curves.jsonl", "manifest.json"]
    found = open_bundle(out, kind="lm")
    assert found.has_file("curves.jsonl")
    assert not found.has_file("checkpoint")


def test_an_existing_bundle_is_replaced_only_by_force(tmp_path: Path) -> None:
    out = write(tmp_path / "b", words=["old"])
    with pytest.raises(BundleError, match="exists already; choose another name or give --force"):
        write(out, words=["new"])
    assert read_all(out)[1][0] == ["old"]
    assert read_all(write(out, words=["new"], force=True))[1][0] == ["new"]
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


def test_a_run_is_resumed_or_starts_anew(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="nothing to resume"):
        BundleDraft.start(tmp_path / "b", resume=True)
    left = BundleDraft.start(tmp_path / "b").folder / "checkpoint"
    left.write_text("half")
    BundleDraft.start(tmp_path / "b", resume=True)
    assert left.read_text() == "half"
    BundleDraft.start(tmp_path / "b")
    assert not left.exists()


@pytest.mark.parametrize("name", [*FILES, "parts/inner/manifest.json"])
@pytest.mark.parametrize("place", [0.0, 0.5, 1.0])
def test_one_flipped_bit_in_any_file_is_found(tmp_path: Path, name: str, place: float) -> None:
    path = write(tmp_path / "b") / name
    content = bytearray(path.read_bytes())
    content[int(place * (len(content) - 1))] ^= 1
    path.write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name}: changed after it was written"):
        read_all(tmp_path / "b")


@pytest.mark.parametrize("name", [*FILES, "manifest.json", "parts/inner/manifest.json"])
@pytest.mark.parametrize("damage", [Path.unlink, lambda path: os.truncate(path, 5), lambda path: path.write_bytes(b"")])
def test_a_missing_or_cut_file_is_found(tmp_path: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(write(tmp_path / "b") / name)
    with pytest.raises(BundleError, match=r"(missing|damaged|changed after)"):
        read_all(tmp_path / "b")


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "b") / "words.json"
    path.rename(tmp_path / "words.json")
    path.symlink_to(tmp_path / "words.json")
    with pytest.raises(BundleError, match=r"words\.json: missing"):
        open_bundle(tmp_path / "b", kind="fraud")


TRICKS = ["../b.json", "/etc/passwd", "a/b", "..", ".hidden", "", "a\n", "a\0", "C:\\a", "manifest.json", "x" * 101]


@pytest.mark.parametrize("name", TRICKS)
def test_names_stay_inside_the_bundle(tmp_path: Path, name: str) -> None:
    draft = BundleDraft.start(tmp_path / "b")
    for write_it in (draft.part, draft.keep, lambda given: draft.write_json(given, 1)):
        with pytest.raises(BundleError, match="no name for a file of a bundle"):
            write_it(name)
    path = write(tmp_path / "c") / "manifest.json"
    manifest = json.loads(path.read_text())
    for table in ("files", "parts"):
        tricked = Manifest.model_validate_json(json.dumps(manifest | {table: {name: "0" * 64}}))
        path.write_text(tricked.sealed().model_dump_json())
        with pytest.raises(BundleError, match="no name for a file of a bundle"):
            open_bundle(tmp_path / "c", kind="fraud")


def test_a_bundle_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="a bundle of fraud; one of lm expected"):
        open_bundle(write(tmp_path / "b"), kind="lm")


@pytest.mark.parametrize("folder", ["none", "."])
def test_a_folder_without_a_bundle_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(BundleError, match="no bundle there"):
        open_bundle(tmp_path / folder, kind="fraud")


def test_what_a_bundle_lacks_is_named(tmp_path: Path) -> None:
    found = open_bundle(write(tmp_path / "b"), kind="fraud")
    with pytest.raises(BundleError, match=r"has no file extra\.json"):
        found.read_json("extra.json")
    with pytest.raises(BundleError, match="has no part extra; its parts are inner"):
        found.part("extra", kind="fraud")
    with pytest.raises(BundleError, match="a bundle of fraud; one of lm expected"):
        found.part("inner", kind="lm")


def listed(folder: Path, name: str, content: bytes) -> Bundle:
    """Return a bundle whose file has the right hash but any content."""
    draft = BundleDraft.start(folder)
    (draft.folder / name).write_bytes(content)
    draft.keep(name)
    return open_bundle(draft.finish(Manifest(kind="lm")), kind="lm")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"[" * 100_000])
def test_json_of_another_form_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BundleError, match=r"a\.json: not JSON"):
        listed(tmp_path / "b", "a.json", content).read_json("a.json")


@pytest.mark.parametrize("content", [b"", b"abc", b"\xff" * 100, b"\x02\0\0\0\0\0\0\0{}x"])
def test_tensors_of_another_form_are_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BundleError, match=r"a\.safetensors: not safetensors"):
        listed(tmp_path / "b", "a.safetensors", content).read_tensors("a.safetensors")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_not_finite_are_refused(tmp_path: Path, value: float) -> None:
    save_tensors(tmp_path / "t", {"fine": torch.ones(2), "bad": torch.tensor([0.0, value])})
    with pytest.raises(BundleError, match="bad holds numbers that are not finite"):
        listed(tmp_path / "b", "a.safetensors", (tmp_path / "t").read_bytes()).read_tensors("a.safetensors")


@pytest.mark.parametrize(
    ("limit", "name"), [("MAX_JSON_BYTES", "words.json"), ("MAX_TENSOR_BYTES", "weights.safetensors")]
)
def test_files_over_the_limit_are_refused(
    tmp_path: Path, limit: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = open_bundle(write(tmp_path / "b"), kind="fraud")
    monkeypatch.setattr(bundles, limit, 5)
    with pytest.raises(BundleError, match=rf"{name}: larger than 5 bytes"):
        found.read_json(name) if name.endswith("json") else found.read_tensors(name)


@pytest.mark.parametrize("writes", range(6))  # two files and a manifest each for the part and the whole
def test_a_full_disk_leaves_what_was_saved_before(tmp_path: Path, writes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    out = write(tmp_path / "b", words=["old"])
    left = writes

    def full(_: int) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(BundleError, match=r"b\.partial/.*can't be written: .*No space left on device"):
            write(out, words=["new"], force=True)
    assert read_all(out)[1][0] == ["old"]
    assert read_all(write(out, words=["new"], force=True))[1][0] == ["new"]


def test_a_bundle_that_cannot_be_put_in_place_leaves_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write(tmp_path / "b", words=["old"])
    real = Path.replace

    def refuse(source: Path, target: Path) -> Path:
        if source.name == "whole":
            raise OSError(errno.EACCES, "Permission denied")
        return real(source, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="Permission denied"):
        write(out, words=["new"], force=True)
    assert read_all(out)[1][0] == ["old"]


def test_json_never_holds_nan(tmp_path: Path) -> None:
    draft = BundleDraft.start(tmp_path / "b")
    with pytest.raises(ValueError, match="not JSON compliant"):
        draft.write_json("a.json", float("nan"))
