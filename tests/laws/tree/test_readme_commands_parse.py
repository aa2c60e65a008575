import re
import shlex
from pathlib import Path

import click
import pytest

from nlpbot.cli import cli
from nlpbot.core.terminal.paths import BundleFolder, InputPath

README = Path(__file__).parents[3] / "README.md"
COMMANDS = re.findall(r"^\$ (?:.*\| )?nlpbot (.+)$", README.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_is_understood(line, monkeypatch):
    for kind in (InputPath, BundleFolder):  # what it names need not be here
        monkeypatch.setattr(kind, "convert", lambda self, value, *_: Path(value))
    command, args = cli, shlex.split(line)
    context = click.Context(cli)
    while isinstance(command, click.Group):
        name, command, args = command.resolve_command(context, args)
        context = command.make_context(name, list(args), parent=context, ignore_unknown_options=False)
        args = [*context._protected_args, *context.args] if isinstance(command, click.Group) else []


def test_the_readme_shows_commands_of_every_use():
    nouns = {line.split()[0] for line in COMMANDS}
    assert {"serve", "chat", "fraud", "lm", "vectors", "classify"} <= nouns
