"""Every command that is given a path looks at it before it loads anything heavy."""

import json
import subprocess
import sys

import click

from nlpbot.cli import cli
from nlpbot.core.terminal.paths import BundleFolder, InputPath

SCRIPT = """
import json, sys
from nlpbot.cli import cli
for words in json.loads(sys.argv[1]):
    try:
        cli.main(words, prog_name="nlpbot")
    except SystemExit as end:
        heavy = sorted({"torch", "gensim", "sklearn", "matplotlib", "flask", "tokenizers"} & set(sys.modules))
        print(json.dumps([words, end.code, heavy]))
"""


def commands(group, context, names=()):
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, context, (*names, name))
        else:
            yield (*names, name), command


def wrong(words, command, parameter):
    """The words that call a command with nothing right but what they must have, and that path missing."""
    needed = [other for other in command.params if other is parameter or other.required]
    for other in sorted(needed, key=lambda other: isinstance(other, click.Argument)):
        value = "nowhere" if isinstance(other.type, (BundleFolder, InputPath, click.Path)) else "1"
        words = [*words, other.opts[0], value] if isinstance(other, click.Option) else [*words, value]
    return words


CALLS = [
    wrong(list(words), command, parameter)
    for words, command in commands(cli, click.Context(cli))
    for parameter in command.params
    if isinstance(parameter.type, (BundleFolder, InputPath))
]


IN_THE_WAY = [["fraud", "train", "--out", "tests"], ["vectors", "train", __file__, "--out", "tests"]]


def test_every_kind_has_such_commands():
    kinds = set(cli.list_commands(click.Context(cli))) - {"serve", "talk"}
    assert {words[0] for words in CALLS} == kinds


def test_a_path_that_is_missing_or_in_the_way_is_one_line_and_loads_nothing_heavy():
    calls = [*CALLS, *IN_THE_WAY]
    command = [sys.executable, "-c", SCRIPT, json.dumps(calls)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ends = [json.loads(line) for line in done.stdout.splitlines()]
    assert [end for end in ends if end[1:] != [2, []]] == []
    assert len(ends) == len(calls)
    for words, line in zip(calls, done.stderr.splitlines(), strict=True):
        assert line.startswith("error: "), words
        assert ("tests: exists already" if words in IN_THE_WAY else "nowhere") in line, words
