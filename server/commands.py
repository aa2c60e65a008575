"""``nlpbot serve``: the assistant in the browser."""

import os
from pathlib import Path

import click

from nlpbot.core.commands import device_option

__all__ = ["serve"]


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes a free one.")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where bundles and conversations are.")
@click.option("--without", multiple=True, type=click.Choice(["fraud", "chat", "lm", "vision"]), help="Leave out.")
@click.option(
    "--train",
    multiple=True,
    type=click.Choice(["fraud", "chat", "lm", "vision"]),
    help="Train this part's default where the home lacks it.  [default: all of an empty home]",
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="Host name to answer to, behind a proxy.")
@device_option
def serve(
    host: str,
    port: int,
    home: Path | None,
    without: tuple[str, ...],
    train: tuple[str, ...],
    allow_host: tuple[str, ...],
    device: str,
) -> None:
    """Serve what the home holds; in an empty home all parts are trained first, in about two minutes.

    \b
    nlpbot serve --port 8080 --without lm
    nlpbot serve --home mybot --train fraud     beside one's own chat, the default scorer
    """
    from nlpbot.core.config import parse_settings
    from nlpbot.core.home import default_home
    from server.config import ServerSettings
    from server.run import run_server

    given = {
        "host": host,
        "port": port,
        "home": str(home or default_home()),
        "without": without,
        "train": train,
        "allowed_hosts": allow_host,
        "device": device,
        "api_key": os.environ.get("NLPBOT_API_KEY"),
        "operator_token": os.environ.get("NLPBOT_OPERATOR_TOKEN"),
    }
    run_server(parse_settings(given, ServerSettings, where="serve"))
