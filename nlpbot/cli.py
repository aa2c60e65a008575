"""The front door: ``nlpbot NOUN VERB``, one noun a room; a room is imported when its noun is named."""

from importlib import import_module

import click

from nlpbot.core.commands import FrontDoor

__all__ = ["LazyRooms", "cli"]


class LazyRooms(FrontDoor):
    """A group that imports a room's commands only when they are asked for."""

    def __init__(self, *args: object, rooms: dict[str, str], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self._rooms = rooms

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """Return the nouns in the order of the design."""
        return list(self._rooms)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name."""
        if name not in self._rooms:
            return None
        module, attribute = self._rooms[name].split(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the words name; click itself would look for likely ones among those imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(error.command_name, possibilities=self._rooms, ctx=ctx) from None


@click.command(
    cls=LazyRooms,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    rooms={
        "serve": "nlpbot.web:serve",
        "talk": "nlpbot.assistant.commands:talk",
        "chat": "nlpbot.chat.commands:chat",
        "lm": "nlpbot.lm.commands:lm",
        "vectors": "nlpbot.vectors.commands:vectors",
        "classify": "nlpbot.classify.commands:classify",
        "fraud": "nlpbot.fraud.commands:fraud",
        "vision": "nlpbot.vision.commands:vision",
        "retrieval": "nlpbot.retrieval.commands:retrieval",
        "data": "nlpbot.commands:data",
        "home": "nlpbot.commands:home",
        "compare": "nlpbot.commands:compare",
        "info": "nlpbot.commands:info",
    },
)
@click.version_option(package_name="nlpbot")
def cli() -> None:
    """Train small neural text models on your own data, and serve them from your own machine.

    \b
    nlpbot serve                                   the scam-aware assistant in your browser
    nlpbot talk                                    the same in this terminal
    nlpbot lm train book.txt --out models/book     a language model of any text
    """
