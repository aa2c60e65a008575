import json

import pytest

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.datasets.catalog import load_catalog

SMALL = '[toy]\ntitle = "A toy"\naddress = "https://a.example/"\nlicence = "CC0"\nnote = "mind this"\nmain = "a.txt"\n'
HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"  # of "test"


@pytest.fixture(autouse=True)
def toy(tmp_path, monkeypatch):
    """A catalogue with one set, whose only file holds the word test; and a home of its own."""
    (tmp_path / "catalog.toml").write_text(f'{SMALL}[toy.files]\n"a.txt" = "{HASH}"\n')
    catalog = load_catalog(tmp_path / "catalog.toml")
    monkeypatch.setattr("nlpbot.core.datasets.catalog.load_catalog", lambda: catalog)
    monkeypatch.setenv("NLPBOT_HOME", str(tmp_path / "home"))
    (tmp_path / "from").mkdir()
    (tmp_path / "from" / "a.txt").write_text("test")
    return tmp_path


def test_get_without_a_folder_says_where_it_comes_from_and_exits_2(nlpbot):
    result = nlpbot("data", "get", "toy")
    assert result.exit_code == 2
    assert "https://a.example/" in result.stdout
    assert f"{HASH}  a.txt" in result.stdout
    assert (
        result.stderr == "error: toy: nothing is downloaded; fetch it from there and give its folder with --from DIR\n"
    )
    assert json.loads(nlpbot("data", "get", "toy", "--json").stdout)["files"] == {"a.txt": HASH}


def test_get_then_path_and_list_know_the_set(nlpbot, toy):
    assert nlpbot("data", "path", "toy").exit_code == 2
    result = nlpbot("data", "get", "toy", "--from", toy / "from")
    assert result.exit_code == 0
    assert "mind this" in result.stderr
    folder = toy / "home" / "data" / "toy"
    assert result.stdout == nlpbot("data", "path", "toy").stdout == f"{folder}\n"
    assert (folder / "a.txt").read_text() == "test"
    (row,) = json.loads(nlpbot("data", "list", "--json").stdout)["data"]
    assert (row["name"], row["licence"], row["fetched"]) == ("toy", "CC0", True)
    assert "A toy" in nlpbot("data", "list").stdout


def test_get_writes_where_it_is_told_and_tells_it_as_json(nlpbot, toy):
    result = nlpbot("data", "get", "toy", "--from", toy / "from", "--to", toy / "to", "--json")
    assert json.loads(result.stdout) == {"name": "toy", "folder": str(toy / "to"), "files": ["a.txt"]}
    assert result.stderr == ""


def test_settings_name_the_corpus_by_its_name(nlpbot, toy):
    nlpbot("data", "get", "toy", "--from", toy / "from")
    (toy / "lm.toml").write_text('corpus = ["toy"]\nlength = 2\nvalid_share = 0.0\n[train]\nsteps = 2\nbatch_size = 1')
    result = nlpbot("lm", "train", toy / "lm.toml", "--out", toy / "lm", "--json", "--device", "cpu")
    assert result.exit_code == 0, result.stderr
    manifest = json.loads((toy / "lm" / "manifest.json").read_text())
    assert manifest["data"] == {"a.txt": HASH}
    assert manifest["seconds"] > 0


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("lm", 'corpus = ["toy"]'),
        ("classify", 'data = ["toy"]'),
        ("fraud", 'data = ["toy/train.tsv"]'),
        ("chat", 'topics = ["toy"]'),
        ("retrieval", 'data = ["toy"]'),
        ("vision", 'data = "idx"\nfolder = "toy"'),
    ],
)
def test_settings_of_every_kind_know_the_names(nlpbot, toy, kind, settings):
    (toy / "settings.toml").write_text(settings)
    result = nlpbot(kind, "train", toy / "settings.toml", "--out", toy / "out")
    assert result.exit_code == 2
    assert "the data set toy is not fetched; `nlpbot data get toy --from DIR`" in result.stderr


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["data", "get", "tay"], "tay: no such data set; one of toy expected"),
        (["data", "path", "tay"], "tay: no such data set; one of toy expected"),
        (["data", "path", "toy"], "toy: not fetched; `nlpbot data get toy --from DIR` fetches it"),
        (["data", "get", "toy", "--from", "."], "a.txt expected, from https://a.example/"),
        (["compare"], "Missing argument 'BUNDLE...'"),
        (["compare", "."], ".: no bundle there (manifest.json is missing)"),
    ],
)
def test_what_the_user_can_mend_is_one_line(nlpbot, toy, monkeypatch, words, says):
    monkeypatch.chdir(toy)
    result = nlpbot(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


def test_compare_prints_tables_or_one_document(nlpbot, toy):
    for name, hidden in (("a", 8), ("b", 16)):
        manifest = Manifest(kind="lm", settings={"hidden": hidden}, metrics={"valid_loss": 1.0})
        BundleDraft.start(toy / name).finish(manifest)
    compared = json.loads(nlpbot("compare", toy / "a", toy / "b", "--json").stdout)
    assert compared["settings"] == {"hidden": [8, 16]}
    shown = nlpbot("compare", toy / "a", toy / "b").stdout
    assert "hidden\t8\t16" in shown
    assert "valid_loss" in shown


def test_info_is_tables_or_one_document(nlpbot, toy):
    BundleDraft.start(toy / "home" / "bundles" / "lm" / "0001").finish(Manifest(kind="lm"))
    found = json.loads(nlpbot("info", "--json").stdout)
    assert found["home"] == str(toy / "home")
    assert [bundle["name"] for bundle in found["bundles"]] == ["lm"]
    assert json.loads(nlpbot("info", "--home", toy, "--json").stdout)["bundles"] == []
    assert f"home\t{toy / 'home'}" in nlpbot("info").stdout
