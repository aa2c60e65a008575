import click

from nlpbot.cli import cli


def test_every_train_command_is_under_the_laws(request):
    plugins = request.config.pluginmanager.get_plugins()
    trainings = next(plugin.TRAININGS for plugin in plugins if hasattr(plugin, "TRAININGS"))
    context = click.Context(cli)
    groups = {name: cli.get_command(context, name) for name in cli.list_commands(context)}
    families = {name for name, group in groups.items() if "train" in getattr(group, "commands", {})}
    assert {training.family for training in trainings} == families
