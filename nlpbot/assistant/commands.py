"""``nlpbot talk``: the assistant in the terminal."""

from pathlib import Path

import click

from nlpbot.core.terminal.commands import device_option

__all__ = ["talk"]


@click.command()
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where bundles and conversations are.")
@device_option
def talk(home: Path | None, device: str) -> None:
    """Talk to the assistant in this terminal; an empty line or Ctrl-D ends it.

    In a home without any bundle, chat and fraud are trained first, in about a minute and a half.

    \b
    Example: nlpbot talk
    you> is this a scam: Your parcel is held. Pay 1.99 at parcel.example
    """
    from nlpbot.assistant.talk import talk_in_terminal
    from nlpbot.core.bundles.home import default_home

    talk_in_terminal(home or default_home(), device=device)
