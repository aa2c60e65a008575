import hashlib
import json
import re
import resource
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from nlpbot.core.bundles import bundle
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.training import Checkpoint, read_curves
from nlpbot.lm import run

TRAIN = """
import sys
from nlpbot.core.training import Checkpoint
Checkpoint.due = lambda self: True  # saves after every step, so that it is killed while it saves, too
from nlpbot.__main__ import main
main()
"""
KILLED_AT = (1, 60, 131)


def hashes(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@contextmanager
def full_disk(size_bytes):
    """Let no file grow beyond some bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def stopped_at_step_100(title):
    def show(done, total, text=""):
        if done >= 100:
            raise KeyboardInterrupt

    yield show


def interrupted(nlpbot, *args):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(run, "progress_line", stopped_at_step_100)
        result = nlpbot(*args)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (130, "error: stopped")


def steps_done(partial):
    try:
        return read_curves(partial / "runs" / "curves.jsonl")[-1].step
    except Exception:  # not there yet, or half a line
        return 0


def test_a_run_stopped_by_ctrl_c_goes_on_and_ends_the_same(nlpbot, rhyme, rhyme_run, tmp_path, monkeypatch):
    out = tmp_path / "out"
    (out / "old").mkdir(parents=True)
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    interrupted(nlpbot, "lm", "train", rhyme, "--out", out, "--force")
    assert (out / "old").is_dir()
    assert (tmp_path / "out.partial" / "runs" / "checkpoint.safetensors").is_file()
    assert nlpbot("lm", "train", rhyme, "--out", out, "--force", "--resume").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    ended, whole = hashes(out), hashes(rhyme_run[0])
    assert ended["model.safetensors"] == whole["model.safetensors"]
    assert set(ended) == set(whole) == {"manifest.json", "model.safetensors", "tokenizer.json", "curves.jsonl"}


def test_a_run_stopped_before_it_was_saved_goes_on_from_its_start(nlpbot, rhyme, rhyme_run, tmp_path):
    out = tmp_path / "out"
    interrupted(nlpbot, "lm", "train", rhyme, "--out", out)
    assert not out.exists()
    assert nlpbot("lm", "train", rhyme, "--out", out, "--resume").exit_code == 0
    assert hashes(out)["model.safetensors"] == hashes(rhyme_run[0])["model.safetensors"]


def test_a_corpus_that_changed_meanwhile_is_not_resumed(nlpbot, rhyme, tmp_path):
    for path in rhyme.parent.glob("rhyme.*"):
        shutil.copy(path, tmp_path)
    interrupted(nlpbot, "lm", "train", tmp_path / "rhyme.toml", "--out", tmp_path / "out")
    (tmp_path / "rhyme.txt").write_text("quite another rhyme\n" * 20)
    refused = nlpbot("lm", "train", tmp_path / "rhyme.toml", "--out", tmp_path / "out", "--resume")
    assert refused.exit_code == 2
    assert "rhyme.txt: changed since the run began; leave --resume out" in refused.stderr


@pytest.mark.timeout(120)
def test_a_run_killed_again_and_again_ends_with_the_same_weights(rhyme, rhyme_run, tmp_path):
    out, partial = tmp_path / "out", tmp_path / "out.partial"
    command = [sys.executable, "-c", TRAIN, "lm", "train", str(rhyme), "--out", str(out)]
    for step in KILLED_AT:
        with subprocess.Popen([*command, "--resume"] if partial.exists() else command) as run:
            while steps_done(partial) < step:
                assert run.poll() is None, "ended before it was to be killed"
                time.sleep(0.002)
            run.kill()
        assert not out.exists()
    subprocess.run([*command, "--resume"], check=True, capture_output=True)
    weights = [(folder / "model.safetensors").read_bytes() for folder in (out, rhyme_run[0])]
    assert weights[0] == weights[1]
    points = [[(p.step, p.train_loss, p.valid_loss) for p in read_curves(folder / "curves.jsonl")]
              for folder in (out, rhyme_run[0])]  # fmt: skip
    assert points[0] == points[1]


@pytest.mark.parametrize("room_bytes", [500, 9_000])
def test_a_full_disk_is_one_line_and_what_was_saved_stays(nlpbot, rhyme, rhyme_run, tmp_path, room_bytes):
    out = tmp_path / "out"
    shutil.copytree(rhyme_run[0], out)
    before = hashes(out)
    with full_disk(room_bytes):
        result = nlpbot("lm", "train", rhyme, "--out", out, "--force")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith("error: ")
    assert "File too large" in result.stderr
    assert hashes(out) == before
    assert nlpbot("lm", "generate", out, "--tokens", "3").exit_code == 0


def test_overfitting_is_told_in_words(nlpbot, tmp_path):
    (tmp_path / "a.txt").write_text("the quick brown fox jumps over the lazy dog, he says. " * 2 + "zzz yyy! " * 8)
    settings = (
        "corpus = ['a.txt']\nvalid_fraction = 0.4\n[network]\nhidden = 32\n[train]\nsteps = 60\nlearning_rate = 0.02"
    )
    (tmp_path / "a.toml").write_text(settings)
    result = nlpbot("lm", "train", tmp_path / "a.toml", "--out", tmp_path / "out")
    told = re.search(r"over-fitting starts at step (\d+)", result.stderr)
    again = nlpbot("lm", "train", tmp_path / "a.toml", "--out", tmp_path / "out", "--force", "--json")
    assert json.loads(again.stdout)["overfitting_from_step"] == int(told[1])


def test_minutes_on_the_command_line_take_the_place_of_the_length_in_the_file(nlpbot, rhyme, tmp_path):
    result = nlpbot("lm", "train", rhyme, "--minutes", "0.001", "--out", tmp_path / "out", "--json")
    assert result.exit_code == 0
    assert open_bundle(tmp_path / "out", kind="lm").manifest.settings["train"]["minutes"] == 0.001


def test_what_took_time_beside_a_time_budget_is_said(nlpbot, rhyme, tmp_path):
    result = nlpbot("lm", "train", rhyme, "--minutes", "0.001", "--out", tmp_path / "out")
    assert re.search(r"trained and validated for \d+ s; reading, n-grams and the like took \d+ s more", result.stderr)


def test_a_corpus_of_words_and_one_of_subwords_generate(nlpbot, rhyme, tmp_path):
    for kind in ("word", "subword"):
        settings = rhyme.read_text(encoding="utf-8").replace("rhyme.txt", str(rhyme.with_name("rhyme.txt")))
        (tmp_path / f"{kind}.toml").write_text(settings + f'\n[tokenizer]\nkind = "{kind}"\nsize = 300\n')
        assert nlpbot("lm", "train", tmp_path / f"{kind}.toml", "--out", tmp_path / kind).exit_code == 0
        made = nlpbot("lm", "generate", tmp_path / kind, "--prompt", "the cat sat on", "--temperature", "0")
        assert made.stdout.startswith("the cat sat on the")


def test_what_8_bits_cost_is_told(nlpbot, tmp_path):
    (tmp_path / "a.txt").write_text("the quick brown fox jumps over the lazy dog. " * 20)
    (tmp_path / "a.toml").write_text("corpus = ['a.txt']\n[network]\nhidden = 364\n[train]\nsteps = 2")
    result = nlpbot("lm", "train", tmp_path / "a.toml", "--out", tmp_path / "out")
    cost = open_bundle(tmp_path / "out", kind="lm").manifest.metrics["int8_cost"]
    assert abs(cost) < 0.005
    assert f"text is made in int8; 8 bits change perplexity by {cost:+.2%}" in " ".join(result.stderr.split())


def test_an_interrupted_run_is_not_thrown_away_unasked(nlpbot, rhyme, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    train = ("lm", "train", rhyme, "--out", tmp_path / "out")
    interrupted(nlpbot, *train)
    refused = nlpbot(*train)
    assert refused.exit_code == 2
    says = "an interrupted run; give --resume to resume it, or --force to start anew"
    assert refused.stderr == f"error: {tmp_path / 'out.partial'}: {says}\n"
    assert nlpbot(*train, "--force").exit_code == 0
    assert not (tmp_path / "out.partial").exists()


def test_a_run_killed_while_it_puts_its_bundle_in_place_goes_on(nlpbot, rhyme, rhyme_run, tmp_path, monkeypatch):
    def killed(source, target):
        raise KeyboardInterrupt

    train = ("lm", "train", rhyme, "--out", tmp_path / "out")
    with monkeypatch.context() as patch:
        patch.setattr(bundle, "_replace_folder", killed)
        assert nlpbot(*train).exit_code == 130
    assert nlpbot(*train, "--resume").exit_code == 0
    assert hashes(tmp_path / "out")["model.safetensors"] == hashes(rhyme_run[0])["model.safetensors"]


def test_a_loss_that_is_no_number_ends_in_one_line_and_what_was_saved_stays(nlpbot, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    (tmp_path / "a.txt").write_text("the quick brown fox jumps over the lazy dog. " * 20)
    settings = "corpus = ['a.txt']\n[network]\nhidden = 8\n[train]\nsteps = 9\nlearning_rate = 1e38\nclip = 1e38"
    (tmp_path / "a.toml").write_text(settings)
    result = nlpbot("lm", "train", tmp_path / "a.toml", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "error: the loss is nan at step" in result.stderr
    assert "lower the learning rate" in result.stderr
    assert (tmp_path / "out.partial" / "runs" / "checkpoint.safetensors").is_file()


def test_the_seconds_of_a_resumed_run_are_those_of_all_its_parts(nlpbot, rhyme, tmp_path, monkeypatch):
    monkeypatch.setattr(Checkpoint, "due", lambda self: True)
    train = ("lm", "train", rhyme, "--out", tmp_path / "out")
    interrupted(nlpbot, *train)
    nlpbot(*train, "--resume")
    seconds = [point.seconds for point in read_curves(tmp_path / "out" / "curves.jsonl")]
    assert seconds == sorted(seconds)
    assert open_bundle(tmp_path / "out", kind="lm").manifest.seconds >= seconds[-1]
