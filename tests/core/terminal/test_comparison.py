import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.terminal.comparison import compare_bundles, print_compared


def written(path, payload="", **manifest):
    draft = BundleDraft.start(path)
    draft.write_json("payload.json", payload)
    return draft.finish(Manifest(kind=manifest.pop("kind", "lm"), **manifest))


@pytest.fixture
def pair(tmp_path):
    """Two runs of one kind on the same data, which differ in one setting."""
    shared = {"protocol": "tenth kept back", "data": {"a.txt": "0" * 64}}
    small = {"network": {"hidden": 8, "layers": 1}, "labels": ["a", "b"]}
    large = {"network": {"hidden": 64, "layers": 1}, "labels": ["a", "b"]}
    return [
        written(tmp_path / "small", settings=small, metrics={"valid_loss": 2.5, "steps": 7}, seconds=1.5, **shared),
        written(tmp_path / "large", "x" * 1000, settings=large, metrics={"valid_loss": 1.25}, seconds=30.0, **shared),
    ]


def test_each_thing_has_a_place_for_each_bundle(pair):
    compared = compare_bundles(pair)
    assert compared["bundles"] == [str(path) for path in pair]
    assert compared["kind"] == ["lm", "lm"]
    assert compared["seconds"] == [1.5, 30.0]
    assert compared["metrics"] == {"valid_loss": [2.5, 1.25], "steps": [7, None]}
    assert compared["settings"] == {"network.hidden": [8, 64]}
    assert compared["libraries"] == {}
    assert compared["remarks"] == []


def test_sizes_count_every_file_of_the_folder(pair):
    sizes = compare_bundles(pair)["size_bytes"]
    assert sizes == [sum(path.stat().st_size for path in folder.iterdir()) for folder in pair]
    assert sizes[1] > sizes[0] + 900


def test_runs_that_do_not_compare_are_told_so(pair, tmp_path):
    other = written(tmp_path / "other", kind="classify", protocol="folds", data={"a.txt": "1" * 64})
    remarks = " ".join(compare_bundles([pair[0], other])["remarks"])
    assert "different kinds" in remarks
    assert "different data" in remarks
    assert "tenth kept back; folds" in remarks


def test_the_tables_show_what_is_missing_as_a_dash_and_cut_what_is_long(pair, tmp_path, capsys):
    long = written(tmp_path / "long", config={"labels": ["label"] * 99}, baseline={"accuracy": 0.5})
    print_compared(compare_bundles([pair[0], long]))
    lines = capsys.readouterr().out.splitlines()
    assert any("baseline: accuracy" in line and "–" in line and "0.5" in line for line in lines)
    assert any("training (s)" in line and "1.5" in line for line in lines)
    assert '"label", "label", "label", "label", "label", "label"' not in "".join(lines)


def test_one_bundle_alone_is_a_comparison_with_nothing_different(pair):
    compared = compare_bundles(pair[:1])
    assert compared["settings"] == {}
    assert compared["remarks"] == []


def test_a_folder_without_manifest_is_refused(tmp_path, pair):
    with pytest.raises(BundleError, match="no bundle there"):
        compare_bundles([pair[0], tmp_path])
