"""The front door: ``nlpbot NOUN VERB``; the commands of a noun are imported when it is named."""

from importlib import import_module

import click

from nlpbot.core.terminal.commands import FrontDoor

__all__ = ["Nouns", "cli"]

COMMANDS = {
    "serve": "nlpbot.web:serve",
    "talk": "nlpbot.assistant.commands:talk",
    "chat": "nlpbot.chat.commands:chat",
    "lm": "nlpbot.lm.commands:lm",
    "vectors": "nlpbot.vectors.commands:vectors",
    "classify": "nlpbot.classify.commands:classify",
    "fraud": "nlpbot.fraud.commands:fraud",
    "vision": "nlpbot.vision.commands:vision",
    "sentences": "nlpbot.sentences.commands:sentences",
    "retrieval": "nlpbot.retrieval.commands:retrieval",
    "data": "nlpbot.commands:data",
    "home": "nlpbot.home_commands:home",
    "compare": "nlpbot.commands:compare",
    "info": "nlpbot.commands:info",
}
"""Each noun, and where its commands are: a module and a name in it."""


class Nouns(FrontDoor):
    """A group that imports the commands of a noun only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the nouns in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the words name; click itself would look for likely ones among those imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None


@click.command(cls=Nouns, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="nlpbot")
def cli() -> None:
    """Train small neural text models on your own data, and serve them from your own machine.

    \b
    nlpbot serve                                   the scam-aware assistant in your browser
    nlpbot talk                                    the same in this terminal
    nlpbot lm train book.txt --out models/book     a language model of any text
    """
