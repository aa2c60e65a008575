"""Whoever knows one family of models finds everything in the next one too."""

import ast

import click
import pytest

from nlpbot.cli import cli

FILES = {"config.py", "data.py", "train.py", "evaluate.py", "predictor.py", "run.py", "commands.py"}


@pytest.fixture
def families():
    """The packages that have a `train` command."""
    context = click.Context(cli)
    groups = [cli.get_command(context, name) for name in cli.list_commands(context)]
    trains = [group.commands["train"] for group in groups if "train" in getattr(group, "commands", {})]
    return {train.callback.__module__.split(".")[1] for train in trains}


def prints(tree):
    """What a module prints with."""
    for node in ast.walk(tree):
        if isinstance(node, ast.alias) and node.name.startswith("print_"):
            yield node.name
        elif isinstance(node, ast.Name) and node.id == "print":
            yield "print"
        elif isinstance(node, ast.Attribute) and (node.attr == "stdout" or node.attr.startswith("print_")):
            yield node.attr


def test_every_family_has_the_same_files(families, modules):
    there = {name: {path.name for path in modules if path.parts[:-1] == ("nlpbot", name)} for name in families}
    assert len(there) >= 7
    assert {name: FILES - files for name, files in there.items() if FILES - files} == {}


def test_run_has_one_verb_for_training_and_one_for_evaluating(families, root):
    for name in families:
        tree = ast.parse((root / "nlpbot" / name / "run.py").read_text(encoding="utf-8"))
        verbs = {node.name: ast.unparse(node.returns) for node in tree.body if isinstance(node, ast.FunctionDef)}
        assert (verbs.get("train_bundle"), verbs.get("evaluate")) == ("TrainedBundle", "EvaluationReport"), name


def test_only_commands_print(families, modules, root):
    ours = [path for path in modules if path.parts[1] in families and path.name != "commands.py"]
    found = {str(path): set(prints(ast.parse((root / path).read_text(encoding="utf-8")))) for path in ours}
    assert {path: names for path, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "line",
    ["from nlpbot.core.kernel.console import note, print_json", "print(1)", "sys.stdout.write('')", "c.print_text('')"],
)
def test_a_module_that_prints_is_found(line):
    assert list(prints(ast.parse(line)))
