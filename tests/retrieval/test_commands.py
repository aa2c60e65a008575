import json

import pytest


@pytest.fixture(scope="module")
def bundle(nlpbot, table):
    settings = table.with_name("faq.toml")
    settings.write_text(
        'data = ["faq.tsv"]\nhidden = 8\nsize = 8\n'
        "word2vec = {dim = 8, epochs = 1, min_count = 1}\ntrain = {epochs = 1, batch_size = 8}\n"
    )
    out = table.with_name("bundle")
    result = nlpbot("retrieval", "train", settings, "--out", out, "--device", "cpu")
    assert result.exit_code == 0, result.stderr
    assert "right answer first" in result.stdout
    assert f"{out}: written" in result.stderr
    return out


def test_search_shows_the_answers_best_first(nlpbot, bundle):
    result = nlpbot("retrieval", "search", bundle, "where is my parcel", "--most", "1", "--json")
    (hit,) = json.loads(result.stdout)["hits"]
    assert hit["answer"] == "It comes on Friday."
    shown = nlpbot("retrieval", "search", bundle, "where is my parcel").stdout
    assert "It comes on Friday." in shown
    assert nlpbot("retrieval", "search", bundle, "-", stdin="where is my parcel\n").stdout == shown


def test_evaluate_measures_a_bundle_and_a_pair_of_files_alike(nlpbot, bundle, table):
    piped = nlpbot("retrieval", "evaluate", bundle, "--test", "-", "--json", stdin=table.read_bytes())
    report = json.loads(piped.stdout)
    assert report["n"] == 15
    assert report["baseline"]["recall_at_1"] == 1.0
    small = table.with_name("small.csv")
    small.write_text("question,answer\na b,one\nc d,two\n")
    split = json.loads(nlpbot("retrieval", "evaluate", "--train", small, "--test", small, "--json").stdout)
    assert (split["n"], split["baseline"]["recall_at_1"]) == (2, 1.0)
    assert split["training_s"] > 0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["evaluate"], "one of these expected"),
        (["search", "absent", "hello", "--most", "0"], "--most"),
    ],
)
def test_what_the_user_can_mend_is_one_line(nlpbot, words, says):
    result = nlpbot("retrieval", *words)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr
