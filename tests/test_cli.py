import subprocess
import sys

import click
import pytest

from nlpbot.cli import cli

FRONT = click.Context(cli)
ROOMS = cli.list_commands(FRONT)


def test_the_front_door_names_every_kind(nlpbot):
    result = nlpbot("--help")
    assert result.exit_code == 0
    assert {"serve", "talk", "chat", "lm", "classify", "fraud", "vision", "data", "compare"} <= set(ROOMS)
    for kind in ROOMS:
        assert f"\n  {kind}" in result.stdout


@pytest.mark.parametrize("kind", ROOMS)
def test_every_kind_tells_its_verbs_and_each_verb_itself_with_an_example(nlpbot, kind):
    assert nlpbot(kind, "--help").exit_code == 0
    verbs = getattr(cli.get_command(FRONT, kind), "commands", None)
    for words in ([kind, verb] for verb in verbs) if verbs else ([kind],):
        result = nlpbot(*words, "--help")
        assert result.exit_code == 0
        usage, text = result.stdout.split("\n", 1)
        assert usage.startswith(f"Usage: nlpbot {' '.join(words)}")
        assert f"nlpbot {' '.join(words)}" in text, f"no example in the help of {words}"


def test_help_opens_no_heavy_library():
    check = (
        "import sys; from nlpbot.cli import cli\n"
        "try: cli.main(['--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(' '.join({'torch', 'sklearn', 'gensim', 'flask'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["cook"], "No such command 'cook'"),
        (["lm", "cook"], "No such command 'cook'"),
        (["lm", "train", __file__, "--out"], "requires an argument"),
        (["lm", "train", __file__], "expected one of --out and --home"),
        (["vectors", "train", __file__], "expected one of --out and --home"),
        (["fraudd"], "No such command 'fraudd'; did you mean fraud?"),
        (["serv", "--port", "1"], "No such command 'serv'; did you mean serve?"),
        (["lm", "trian"], "No such command 'trian'; did you mean train?"),
        (["lm", "train", "--minute", "3"], "No such option '--minute'; did you mean --minutes?"),
        (["classify", "train", __file__, "--out", "b", "--seed", "-1"], "-1 is not in the range"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(nlpbot, words, says):
    result = nlpbot(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1
    assert says in result.stderr


def test_stopping_is_no_traceback(nlpbot, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("nlpbot.core.datasets.catalog.load_catalog", interrupted)
    result = nlpbot("data", "list")
    assert (result.exit_code, result.stderr.strip()) == (130, "error: stopped")


def test_the_version_is_told(nlpbot):
    from importlib.metadata import version

    assert version("nlpbot") in nlpbot("--version").stdout
