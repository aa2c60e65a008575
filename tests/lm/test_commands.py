import json
import re

import pytest

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.datasets.catalog import data_folder

HIHELLO = data_folder("lm") / "hihello.toml"


def test_hihello_learns_the_textbook_s_word(nlpbot, tmp_path):
    result = nlpbot("lm", "train", HIHELLO, "--out", tmp_path / "hihello", "--verbose", "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["train_loss"] < 0.005
    assert report["prediction"] == "ihello"
    assert report["steps"] == 50
    line = r"^step \d+: loss ([\d.]+), learning rate 0.1, [\d,]+ tokens/s$"
    losses = [float(loss) for loss in re.findall(line, result.stderr, re.MULTILINE)]
    assert len(losses) == 50
    assert losses[0] > 1 > losses[-1]
    assert "nothing kept back" in open_bundle(tmp_path / "hihello", kind="lm").manifest.protocol
    table = nlpbot("lm", "generate", tmp_path / "hihello", "--prompt", "hihe", "--temperature", "0", "--tokens", "2")
    assert table.stdout == "hihello"[:6] + "\n"


def test_training_prints_a_table_without_json(nlpbot, tmp_path):
    result = nlpbot("lm", "train", HIHELLO, "--out", tmp_path / "hihello")
    assert result.exit_code == 0
    assert re.search(r"prediction\W+ihello", result.stdout)
    assert "step 1" not in result.stderr


def test_a_text_file_alone_is_enough_and_settings_are_kept(nlpbot, tmp_path):
    (tmp_path / "a.txt").write_text("나는 밥을 먹는다. 너는 물을 마신다. " * 20, encoding="utf-8")
    train = ("lm", "train", tmp_path / "a.txt", "--minutes", "0.005", "--tokenizer", "word", "--seed", "3")
    result = nlpbot(*train, "--valid", written(tmp_path / "v.txt", b"a word\n"), "--out", tmp_path / "b", "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["valid_loss"] >= 0
    assert report["bundle"] == str(tmp_path / "b")
    manifest = open_bundle(tmp_path / "b", kind="lm").manifest
    assert manifest.settings["seed"] == 3
    assert manifest.settings["tokenizer"]["kind"] == "word"
    assert manifest.protocol == "validated on a file of its own"
    assert set(manifest.data) == {"a.txt", "v.txt"}


def test_evaluation_gives_the_usual_figures(nlpbot, rhyme, rhyme_run):
    args = ("lm", "evaluate", rhyme_run[0], rhyme.with_name("rhyme.txt"))
    report = json.loads(nlpbot(*args, "--json").stdout)
    assert {"n", "nats_per_token", "perplexity", "bits_per_character"} <= set(report)
    assert report["nats_per_token"] < 1
    assert f"{report['perplexity']:.4f}" in nlpbot(*args).stdout


def test_a_text_to_measure_may_come_from_a_pipe(nlpbot, rhyme, rhyme_run, tmp_path):
    text = written(tmp_path / "other.txt", b"the pig sat on the cat.\nthe cat sat on the pig.\n" * 4)
    args = ("--reset", "7", "--dynamic", "--valid", rhyme.with_name("rhyme.txt"), "--json")
    from_file, piped = (
        json.loads(nlpbot("lm", "evaluate", rhyme_run[0], *words, *args, stdin=stdin).stdout)
        for words, stdin in (([text], None), (["-"], text.read_bytes()))
    )
    assert piped["n"] == from_file["n"]
    assert piped["nats_per_token"] == from_file["nats_per_token"]
    assert piped["dynamic"]["nats_per_token"] == from_file["dynamic"]["nats_per_token"]
    valid = ("--cache", "--valid", text)
    same = nlpbot("lm", "evaluate", rhyme_run[0], "-", *valid, stdin=text.read_bytes())
    assert "is the text to measure on; one of its own expected to tune on" in same.stderr
    empty = nlpbot("lm", "evaluate", rhyme_run[0], "-", stdin="")
    assert (empty.exit_code, empty.stderr.splitlines()[-1][:7]) == (2, "error: ")


def test_each_way_of_reading_is_a_row_tuned_on_the_text_that_was_kept_back(nlpbot, rhyme, rhyme_run, tmp_path):
    text = written(tmp_path / "other.txt", b"the pig sat on the cat.\nthe cat sat on the pig.\n" * 4)
    args = ("lm", "evaluate", rhyme_run[0], text, "--reset", "7", "--dynamic", "--cache")
    result = nlpbot(*args)
    assert result.exit_code == 0, result.stderr
    rows = "state carried|reset every 7|neural cache|dynamic evaluation|dynamic and cache"
    assert all(re.search(rf"{row}\t[\d.]+\t", result.stdout) for row in rows.split("|"))
    assert re.search(r"dynamic evaluation, tuned on validation text in \d+ s: learning rate .*, decay ", result.stderr)
    assert "the first token after a line's end" in result.stderr
    report = json.loads(nlpbot(*args, "--valid", rhyme.with_name("rhyme.txt"), "--json").stdout)
    assert {"reset", "dynamic", "cache", "dynamic_cache"} < set(report)
    assert report["dynamic"]["n"] == report["n"] == 192


@pytest.mark.parametrize("valid", [(), ("--valid", "valid.txt")], ids=["its last tenth", "a file of its own"])
def test_what_a_text_alone_was_validated_on_is_found_again(nlpbot, tmp_path, monkeypatch, valid):
    monkeypatch.chdir(tmp_path)
    for name, text in (("a.txt", b"the cat sat.\n"), ("valid.txt", b"the cat ran.\n"), ("b.txt", b"the rat sat.\n")):
        written(tmp_path / name, text * 40)
    trained = nlpbot("lm", "train", "a.txt", "--minutes", "0.001", *valid, "--out", "out")
    assert trained.exit_code == 0, trained.stderr
    result = nlpbot("lm", "evaluate", "out", "b.txt", "--cache")
    assert result.exit_code == 0, result.stderr


def test_a_text_to_tune_on_is_asked_for_where_there_is_none(nlpbot, rhyme, rhyme_run, tmp_path):
    text = written(tmp_path / "a.txt", b"ihello" * 9)
    nlpbot("lm", "train", HIHELLO, "--out", tmp_path / "hihello")
    refused = nlpbot("lm", "evaluate", tmp_path / "hihello", text, "--cache")
    assert refused.exit_code == 2
    assert refused.stderr == "error: --valid: a text to tune on expected; the bundle's settings name none\n"
    same = nlpbot("lm", "evaluate", rhyme_run[0], text, "--dynamic", "--valid", text)
    assert same.exit_code == 2
    assert "is the text to measure on; one of its own expected to tune on" in same.stderr


def test_the_same_seed_writes_the_same_text_and_another_seed_another(nlpbot, rhyme_run):
    args = ("lm", "generate", rhyme_run[0], "--prompt", "the ", "--temperature", "1.5", "--tokens", "40")
    first, again = (nlpbot(*args, "--seed", "1").stdout for _ in range(2))
    assert first == again
    assert first.startswith("the ")
    assert nlpbot(*args, "--seed", "2").stdout != first
    document = json.loads(nlpbot(*args, "--seed", "1", "--json").stdout)
    assert document == {"prompt": "the ", "text": first[4:-1], "finish_reason": "length", "seed": 1}


def test_top_k_of_one_is_the_likeliest(nlpbot, rhyme_run):
    args = ("lm", "generate", rhyme_run[0], "--prompt", "the dog", "--tokens", "30")
    greedy = nlpbot(*args, "--temperature", "0").stdout
    assert nlpbot(*args, "--top-k", "1", "--temperature", "1.3", "--seed", "9").stdout == greedy
    assert nlpbot(*args, "--top-p", "0.0001", "--seed", "9").stdout == greedy


@pytest.mark.parametrize("prompt", ["말 없는 글자", "🙂é", "\u200b", ""])
def test_a_prompt_may_hold_characters_never_seen(nlpbot, rhyme_run, prompt):
    result = nlpbot("lm", "generate", rhyme_run[0], "--prompt", prompt, "--tokens", "5")
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith(prompt)


def written(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("missing.txt", None, r"missing\.txt' does not exist"),
        ("empty.txt", b"", r"empty\.txt: empty; text expected"),
        ("one.txt", b"a", "1 tokens to train on; at least 2 expected"),
        ("binary.txt", b"a\0b", r"binary\.txt: binary"),
        ("latin.txt", "né ça été ".encode("cp1252") * 20, r"latin\.txt: not UTF-8 .*cp1252 would fit"),
        ("a.toml", b"wrong = 1", r"a\.toml: wrong: .*known: corpus, text"),
        ("a.toml", b"length = 5", r"a\.toml: corpus: at least one text file expected"),
        ("a.toml", b"text = 'ab'\n[train]\nepochs = 0", r"a\.toml: train\.epochs: Input should be greater"),
        ("a.toml", b"text = 'ab'\n[train]\nepochs = 1\nsteps = 2", "exactly one of steps, epochs and minutes"),
        ("a.toml", b"text = ", r"a\.toml: not TOML"),
    ],
)
def test_what_can_t_be_trained_on_is_one_line(nlpbot, tmp_path, name, content, says):
    source = tmp_path / name if content is None else written(tmp_path / name, content)
    result = nlpbot("lm", "train", source, "--out", tmp_path / "out")
    assert result.exit_code == 2
    last = result.stderr.splitlines()[-1]
    assert re.search(rf"^error: .*{says}", last), last
    assert not (tmp_path / "out").exists()


def test_what_a_model_can_t_write_is_one_line(nlpbot, tmp_path):
    nlpbot("lm", "train", HIHELLO, "--out", tmp_path / "hihello")
    refused = nlpbot("lm", "generate", tmp_path / "hihello", "--prompt", "hey")
    assert (refused.exit_code, refused.stderr) == (
        2,
        "error: prompt: 'y' is not among the 5 symbols trained on\n",
    )
    assert nlpbot("lm", "generate", tmp_path / "hihello", "--tokens", "3").exit_code == 0
    text = written(tmp_path / "t.txt", b"hey")
    assert "tokenizer.byte_fallback" in nlpbot("lm", "evaluate", tmp_path / "hihello", text).stderr
    short = written(tmp_path / "s.txt", b"h")
    assert "at least 2 expected" in nlpbot("lm", "evaluate", tmp_path / "hihello", short).stderr


@pytest.mark.parametrize(
    ("command", "option", "value"),
    [
        ("generate", "--temperature", "nan"),
        ("generate", "--top-p", "nan"),
        ("generate", "--temperature", "inf"),
        ("generate", "--temperature", "101"),
        ("train", "--minutes", "nan"),
        ("generate", "--seed", str(1 << 64)),
    ],
)
def test_numbers_that_are_none_or_make_no_sense_are_refused(nlpbot, rhyme_run, command, option, value):
    result = nlpbot("lm", command, rhyme_run[0], option, value, *(("--out", "x") if command == "train" else ()))
    assert result.exit_code == 2
    assert option in result.stderr
