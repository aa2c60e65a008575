import json

import pytest

TEXTS = "where is my parcel\nwhen do you open\nwhere is my parcel?\n언제 문 열어요\n"


@pytest.fixture
def texts(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text(TEXTS, encoding="utf-8")
    return path


@pytest.fixture
def run(nlpbot, bundle):
    def call(*arguments):
        result = nlpbot("sentences", *arguments, "--encoder", bundle[0], "--device", "cpu")
        assert result.exit_code == 0, result.stderr
        return result

    return call


def test_similar_rows_come_the_nearest_first(run, texts):
    found = json.loads(run("similar", "where is my parcel", texts, "--most", 2, "--json").stdout)["groups"]
    assert [group["rows"] for group in found] == [[1], [3]]
    assert found[0]["similarity"] == pytest.approx(1, abs=1e-4)


def test_duplicates_are_pairs_of_rows(run, texts):
    found = json.loads(run("duplicates", texts, "--least", 0.999, "--json").stdout)["groups"]
    assert [group["rows"] for group in found] == [[1, 3]]
    assert "1 pairs of 4 texts" in run("duplicates", texts, "--least", 0.999).stderr


def test_clusters_hold_every_row_once(run, texts):
    found = json.loads(run("cluster", texts, "--count", 2, "--json").stdout)["groups"]
    assert sorted(row for group in found for row in group["rows"]) == [1, 2, 3, 4]


def test_more_groups_than_texts_are_refused(nlpbot, bundle, texts):
    result = nlpbot("sentences", "cluster", texts, "--count", 9, "--encoder", bundle[0])
    assert result.exit_code == 2
    assert "at least as many as groups" in result.stderr


def test_encoded_rows_keep_their_columns(run, tmp_path):
    (tmp_path / "a.tsv").write_text("id\ttext\n7\twhere is it\n8\t\n")
    rows = [json.loads(line) for line in run("encode", tmp_path / "a.tsv", "--jsonl").stdout.splitlines()]
    assert [(row["id"], len(row["vector"])) for row in rows] == [("7", 8), ("8", 8)]


def test_it_is_measured_on_what_was_held_out_unless_told(nlpbot, bundle, paraphrases):
    arguments = ["sentences", "evaluate", bundle[0], "--paraphrases", paraphrases, "--json", "--device", "cpu"]
    held, chosen = (json.loads(nlpbot(*arguments, *more).stdout) for more in ([], ["--subject", "library"]))
    assert held["right_first"] == bundle[1]["right_first"]
    assert (held["n"], chosen["n"]) == (6, 10)


def test_an_unknown_subject_is_told(nlpbot, bundle, paraphrases):
    result = nlpbot("sentences", "evaluate", bundle[0], "--paraphrases", paraphrases, "--subject", "zoo")
    assert result.exit_code == 2
    assert "no subject 'zoo'; one of library, shop expected" in result.stderr
