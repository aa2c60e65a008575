import json

import pytest

from nlpbot.core.bundles.bundle import open_bundle


def test_training_says_what_came_out(trained):
    out, report = trained
    assert {key: report[key] for key in ("words", "tokens", "dim", "seed")} == {
        "words": 12,
        "tokens": 2400,
        "dim": 12,
        "seed": 0,
    }
    assert report["bundle"] == str(out)
    manifest = open_bundle(out, kind="vectors").manifest
    assert "one worker" in manifest.protocol
    assert list(manifest.data) == ["topics.txt"]


def test_neighbours_are_printed_and_given_as_json(nlpbot, bundle):
    shown = nlpbot("vectors", "neighbours", bundle, "Cat", "loan", "--count", "2")
    found = json.loads(nlpbot("vectors", "neighbours", bundle, "Cat", "loan", "--count", "2", "--json").stdout)
    assert list(found["neighbours"]) == ["Cat", "loan"]
    best = found["neighbours"]["Cat"][0]
    rows = [line.split("\t") for line in shown.stdout.splitlines()]
    assert rows[:2] == [["of", "word", "cosine"], ["Cat", best["word"], f"{best['similarity']:.3f}"]]
    assert [row[0] for row in rows] == ["of", "Cat", "Cat", "loan", "loan"]


def test_an_analogy_is_printed_and_given_as_json(nlpbot, bundle):
    shown = nlpbot("vectors", "analogy", bundle, "cat", "dog", "loan")
    found = json.loads(nlpbot("vectors", "analogy", bundle, "cat", "dog", "loan", "--json").stdout)
    assert "cat is to dog as loan is to" in shown.stderr
    assert found["answers"][0]["word"] in shown.stdout
    assert len(found["answers"]) == 9


def test_both_measures_are_printed_and_given_as_json(nlpbot, bundle, tmp_path):
    pairs, analogies = tmp_path / "pairs.tsv", tmp_path / "analogies.txt"
    pairs.write_text("cat\tdog\t9\ncat\tloan\t1\nbank\tloan\t8\nbank\tfox\t2\ncat\tunicorn\t3\n")
    analogies.write_text(": topics\ncat dog bank loan\n")
    asked = ("vectors", "evaluate", bundle, "--similarity", pairs, "--analogies", analogies)
    report = json.loads(nlpbot(*asked, "--json").stdout)
    assert (report["similarity"]["n"], report["similarity"]["left_out"]) == (4, 1)
    assert report["similarity"]["spearman"] > 0.5
    assert report["analogies"]["n"] == 1
    assert report["seed"] == 0
    shown = nlpbot(*asked)
    assert "pairs.tsv" in shown.stdout
    low, high = report["similarity"]["intervals"]["spearman"]
    assert f"{low:.4f} – {high:.4f}" in shown.stdout
    assert "3CosAdd" in shown.stderr
    alone = json.loads(nlpbot("vectors", "evaluate", bundle, "--similarity", pairs, "--json").stdout)
    assert "analogies" not in alone


def test_exported_vectors_can_be_imported(nlpbot, bundle, tmp_path):
    file, out = tmp_path / "v.txt", tmp_path / "back"
    assert nlpbot("vectors", "export", bundle, file).exit_code == 0
    assert json.loads(nlpbot("vectors", "import", file, "--out", out, "--json").stdout)["words"] == 12
    ours, theirs = (json.loads(nlpbot("vectors", "neighbours", b, "cat", "--json").stdout) for b in (bundle, out))
    words = [[found["word"] for found in report["neighbours"]["cat"]] for report in (ours, theirs)]
    assert words[0] == words[1]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("train", "{corpus}", "--min-count", "99999", "--out", "{tmp}/x"), "lower --min-count"),
        (("train", "{corpus}", "--dim", "0", "--out", "{tmp}/x"), "--dim"),
        (("train", "{empty}", "--out", "{tmp}/x"), "empty; text expected"),
        (("neighbours", "{bundle}", "unicorn"), "'unicorn': not among the 12 words"),
        (("analogy", "{bundle}", "cat", "dog", "unicorn"), "'unicorn': not among"),
        (("picture", "{bundle}", "cat", "unicorn", "dog", "--out", "{tmp}/w.png"), "'unicorn': not among the 12 words"),
        (("picture", "{bundle}", "cat", "dog", "--out", "{tmp}/w.png"), "2 words for the picture; 3 to 300 expected"),
        (("picture", "{bundle}", "cat", "dog", "hen", "--out", "{tmp}/w.doc"), "no name of a picture"),
        (("picture", "{bundle}", "cat", "dog", "hen", "--out", "{tmp}/no/w.png"), "no such folder"),
        (("evaluate", "{bundle}"), "give --similarity FILE, --analogies FILE, or both"),
        (("evaluate", "{bundle}", "--similarity", "{corpus}"), "no score in column 3"),
        (("export", "{bundle}", "{corpus}"), "exists already"),
        (("import", "{corpus}", "--out", "{tmp}/x"), "numbers expected"),
    ],
)
def test_what_the_user_can_mend_is_one_line(nlpbot, bundle, corpus, tmp_path, args, says):
    (tmp_path / "empty").touch()
    names = {"bundle": bundle, "corpus": corpus, "tmp": tmp_path, "empty": tmp_path / "empty"}
    before = corpus.read_bytes()
    result = nlpbot("vectors", *(arg.format(**names) for arg in args))
    last = result.stderr.splitlines()[-1]
    assert (result.exit_code, result.stdout) == (2, "")
    assert last.startswith("error: ")
    assert says in last
    assert corpus.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["empty"]


def test_cut_vectors_say_what_they_were_cut_from(nlpbot, bundle, tmp_path):
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "a.txt").write_text("the fox, a fox\n")
    whole = open_bundle(bundle, kind="vectors").manifest
    rare = json.loads((bundle / "words.json").read_text())["words"][-1]
    (tmp_path / "b.txt").write_text(f"{rare} {rare}")
    keep = ("--keep", tmp_path / "texts", "--keep", tmp_path / "b.txt")
    result = nlpbot("vectors", "cut", bundle, "--words", "100", *keep, "--out", tmp_path / "small", "--json")
    assert json.loads(result.stdout)["words"] == whole.config["words"]
    small = open_bundle(tmp_path / "small", kind="vectors").manifest
    assert small.settings == whole.settings
    assert "then cut to" in small.protocol
    assert {"a.txt", "b.txt", *whole.data} == set(small.data)
