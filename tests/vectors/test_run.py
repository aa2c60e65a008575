import gzip
import json

import pytest

from nlpbot.classify import config
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.retrieval import train as retrieval_train

TOML = 'corpus = ["{name}"]\n[word2vec]\ndim = 5\nepochs = 2\nmin_count = 1\n'


def settings_of(out):
    return open_bundle(out, kind="vectors").manifest.settings


def test_a_settings_file_is_followed_and_options_go_first(nlpbot, corpus, tmp_path):
    path = corpus.parent / "v.toml"
    path.write_text(TOML.format(name=corpus.name), encoding="utf-8")
    assert nlpbot("vectors", "train", path, "--out", tmp_path / "out").exit_code == 0
    assert (settings_of(tmp_path / "out")["dim"], settings_of(tmp_path / "out")["window"]) == (5, 5)
    changed = ("--dim", "4", "--window", "2", "--subword", "--seed", "7")
    assert nlpbot("vectors", "train", path, "--out", tmp_path / "out", "--force", *changed).exit_code == 0
    found = settings_of(tmp_path / "out")
    assert (found["dim"], found["window"], found["subword"], found["seed"]) == (4, 2, True, 7)


def test_korean_is_read_by_its_letters_and_answers_for_words_never_seen(nlpbot, tmp_path):
    source = tmp_path / "ko.txt.gz"
    source.write_bytes(gzip.compress(("은행에서 대출을 받았다.\n" * 30).encode()))
    result = nlpbot("vectors", "train", source, "--out", tmp_path / "out", "--dim", "4", "--epochs", "1")
    assert "n-grams of letters" in result.stderr
    unseen = nlpbot("vectors", "neighbours", tmp_path / "out", "은행에서도", "--json")
    assert len(json.loads(unseen.stdout)["neighbours"]["은행에서도"]) == 4
    exported = nlpbot("vectors", "export", tmp_path / "out", tmp_path / "v.txt")
    assert "parts of words have no place in this format" in exported.stderr


def test_an_export_replaces_a_file_only_by_force(nlpbot, bundle, tmp_path):
    file = tmp_path / "v.txt"
    file.write_text("mine")
    assert nlpbot("vectors", "export", bundle, file).exit_code == 2
    assert file.read_text() == "mine"
    assert nlpbot("vectors", "export", bundle, file, "--force").exit_code == 0
    assert file.read_text().startswith("12 12\n")


def test_a_picture_names_its_words_and_replaces_a_file_only_by_force(nlpbot, bundle, tmp_path):
    picture = tmp_path / "w.png"
    asked = ("vectors", "picture", bundle, "Cat", "loan", "--neighbours", "2", "--out", picture)
    report = json.loads(nlpbot(*asked, "--json").stdout)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert [word["word"] for word in report["words"] if word["asked"]] == ["cat", "loan"]
    assert len(report["words"]) == 6
    assert 0 < report["variance"] <= 1
    assert nlpbot(*asked).exit_code == 2
    again = nlpbot(*asked, "--force")
    assert (again.exit_code, again.stdout) == (0, "")
    assert f"{picture}: 6 words" in again.stderr


@pytest.mark.parametrize("name", ["vectors.safetensors", "words.json", "manifest.json"])
def test_one_flipped_byte_is_found(nlpbot, corpus, tmp_path, name):
    out = tmp_path / "out"
    assert nlpbot("vectors", "train", corpus, "--out", out, "--epochs", "1").exit_code == 0
    content = bytearray((out / name).read_bytes())
    content[len(content) // 2] ^= 0x80
    (out / name).write_bytes(content)
    result = nlpbot("vectors", "neighbours", out, "cat")
    assert result.exit_code == 2
    assert f"error: {out / name}" in result.stderr


@pytest.fixture(params=["trained", "imported"])
def given(request, nlpbot, bundle, tmp_path):
    """Vectors that were trained, or that came in word2vec's text format."""
    if request.param == "trained":
        return bundle
    assert nlpbot("vectors", "export", bundle, tmp_path / "v.txt").exit_code == 0
    assert nlpbot("vectors", "import", tmp_path / "v.txt", "--out", tmp_path / "imported").exit_code == 0
    return tmp_path / "imported"


def test_a_retriever_starts_from_given_vectors(nlpbot, given, tmp_path, monkeypatch):
    # As if the encoder were proved to find more: else it is not in the bundle.
    monkeypatch.setattr(retrieval_train, "choose_proved", lambda trial, levels: retrieval_train.ENCODER)
    data, out = tmp_path / "faq.tsv", tmp_path / "out"
    rows = [f"{word} {number}\t{word}s are here" for word in ("cat", "loan") for number in ("one", "two", "three")]
    data.write_text("question\tanswer\n" + "\n".join(rows), encoding="utf-8")
    result = nlpbot("retrieval", "train", data, "--out", out, "--vectors", given, "--device", "cpu")
    assert result.exit_code == 0, result.stderr
    weights = open_bundle(out, kind="retrieval").read_tensors("encoder.safetensors")
    assert weights["embedding.table.weight"].shape[1] == 12
    absent = nlpbot("retrieval", "train", data, "--out", tmp_path / "x", "--vectors", data.parent, "--device", "cpu")
    assert (absent.exit_code, "no bundle there" in absent.stderr) == (2, True)


def test_a_classifier_starts_from_given_vectors_and_reads_whole_words(nlpbot, given, tmp_path, monkeypatch):
    monkeypatch.setattr(config, "TARGET_STEPS", 1)
    pairs = [("a", "고양이"), ("m", "은행")]
    rows = [f"{label}\t{word} {place} 이야기" for place in ("집", "길", "산", "강", "숲") for label, word in pairs]
    (tmp_path / "d.tsv").write_text("label\ttext\n" + "\n".join(rows), encoding="utf-8")
    data, out = tmp_path / "d.tsv", tmp_path / "out"
    args = ("--model", "lstm", "--vectors", given, "--valid", data, "--device", "cpu")
    result = nlpbot("classify", "train", data, "--out", out, *args)
    assert result.exit_code == 0, result.stderr
    manifest = open_bundle(out, kind="classify").manifest
    assert manifest.config["members"]["lstm"]["embedding"] == 12
    assert manifest.settings["lstm"]["tokens"] == "word"
