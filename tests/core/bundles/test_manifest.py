import hashlib
import json
from pathlib import Path

import pytest

from nlpbot.core.bundles import manifest as manifests
from nlpbot.core.bundles.manifest import Manifest, check_hash, check_name, check_size, read_manifest
from nlpbot.core.kernel.errors import BundleError


def write(folder: Path, text: str) -> Path:
    path = folder / "manifest.json"
    path.write_text(text)
    return path


def test_a_sealed_manifest_is_read_as_it_was(tmp_path: Path) -> None:
    manifest = Manifest(kind="fraud", metrics={"f1": 0.5}).sealed()
    write(tmp_path, manifest.model_dump_json())
    assert read_manifest(tmp_path) == manifest


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path: Path) -> None:
    path = write(
        tmp_path, Manifest(kind="fraud", config={"size": 3}, files={"a.json": "0" * 64}).sealed().model_dump_json()
    )
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(BundleError, match=r"manifest\.json: (damaged|changed after)"):
            read_manifest(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "damaged: JSON"),
        ("[]", "damaged: JSON"),
        ("[" * 100_000, "damaged: JSON"),
        ("{}", "damaged: kind: Field required"),
        ('{"kind": "fraud", "format_version": 4}', "damaged: format_version: Input should be less than or equal to 3"),
        ('{"kind": "fraud", "pickle": "x"}', "damaged: pickle: Extra inputs"),
        ('{"kind": "fraud"}', "changed after it was written"),
        ('{"kind": "fraud", "format_version": 1, "config": 5}', "damaged: config: Input should be"),
        ('{"kind": "fraud", "config": {"size": NaN}}', "changed after it was written"),
    ],
)
def test_a_manifest_of_another_form_is_refused(tmp_path: Path, text: str, says: str) -> None:
    write(tmp_path, text)
    with pytest.raises(BundleError, match=says):
        read_manifest(tmp_path)


def test_another_manifest_than_the_parent_names_is_refused(tmp_path: Path) -> None:
    write(tmp_path, Manifest(kind="fraud").sealed().model_dump_json())
    with pytest.raises(BundleError, match="sha256 differs"):
        read_manifest(tmp_path, sha256="0" * 64)


def test_a_huge_manifest_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, Manifest(kind="fraud").sealed().model_dump_json())
    monkeypatch.setattr(manifests, "MAX_JSON_BYTES", 5)
    with pytest.raises(BundleError, match=r"manifest\.json: larger than 5 bytes"):
        read_manifest(tmp_path)


def test_files_are_checked_by_name_size_and_content(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"12345")
    check_name("a.json", tmp_path)
    check_size(path, 5)
    for refused in (
        lambda: check_name("../a.json", tmp_path),
        lambda: check_size(path, 4),
        lambda: check_hash(path, "0" * 64),
        lambda: check_hash(tmp_path / "none", "0" * 64),
    ):
        with pytest.raises(BundleError):
            refused()


def test_a_manifest_of_another_kind_is_refused(tmp_path: Path) -> None:
    write(tmp_path, Manifest(kind="fraud").sealed().model_dump_json())
    assert read_manifest(tmp_path, kind="fraud").kind == "fraud"
    with pytest.raises(BundleError, match="a bundle of fraud; one of lm expected"):
        read_manifest(tmp_path, kind="lm")


def test_a_manifest_of_the_first_version_has_its_settings_in_the_config(tmp_path: Path) -> None:
    fields = Manifest(kind="lm", config={"size": 3, "settings": {"seed": 7}}).model_dump()
    first = {name: value for name, value in fields.items() if name not in ("kind", "settings", "seal")}
    first |= {"room": "lm", "format_version": 1}
    seal = hashlib.sha256(json.dumps(first).encode()).hexdigest()
    write(tmp_path, json.dumps({**first, "seal": seal}))
    manifest = read_manifest(tmp_path, kind="lm")
    assert (manifest.config, manifest.settings) == ({"size": 3}, {"seed": 7})
    write(tmp_path, json.dumps({**first, "seal": seal, "protocol": "another"}))
    with pytest.raises(BundleError, match="its seal differs"):
        read_manifest(tmp_path)


def test_a_manifest_of_the_second_version_has_its_kind_under_another_name(tmp_path: Path) -> None:
    fields = Manifest(kind="lm", settings={"seed": 7}).model_dump()
    second = {name: value for name, value in fields.items() if name not in ("kind", "seal")}
    second |= {"room": "lm", "format_version": 2}
    seal = hashlib.sha256(json.dumps(second).encode()).hexdigest()
    write(tmp_path, json.dumps({**second, "seal": seal}))
    assert (read_manifest(tmp_path).kind, read_manifest(tmp_path).settings) == ("lm", {"seed": 7})
