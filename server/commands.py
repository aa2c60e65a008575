"""``nlpbot serve``: the assistant in the browser."""

from pathlib import Path

import click

from nlpbot.core.terminal.commands import device_option
from nlpbot.core.terminal.paths import SLOT_NAME
from nlpbot.parts import DEFAULTS

__all__ = ["serve"]


class _WithSettings(click.Command):
    """A command whose help ends with the settings that only the environment gives."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a line for each."""
        from server.config import PREFIX, ServerSettings

        options = {option for parameter in ctx.command.params for option in parameter.opts}
        rows = [
            (f"{PREFIX}{name.upper()}", f"{field.description}  [default: {field.default or 'none'}]")
            for name, field in ServerSettings.model_fields.items()
            if f"--{name}" not in options
        ]
        with formatter.section(f"From the environment, beside the options as {PREFIX}PORT and so on"):
            formatter.write_dl(rows)


@click.command(cls=_WithSettings)
@click.option("--host", help="Address to listen on.  [default: 127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), help="0 takes a free one.  [default: 8000]")
@click.option("--home", type=click.Path(path_type=Path, file_okay=False), help="Where bundles and conversations are.")
@click.option("--without", multiple=True, type=SLOT_NAME, help="Leave a slot out, such as lm.")
@click.option(
    "--train",
    multiple=True,
    type=click.Choice(list(DEFAULTS)),
    help="Train this slot's default where the home lacks it.  [default: all of an empty home]",
)
@click.option(
    "--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="Host name to answer to, behind a proxy."
)
@device_option
@click.pass_context
def serve(
    context: click.Context,
    /,
    host: str | None,
    port: int | None,
    home: Path | None,
    without: tuple[str, ...],
    train: tuple[str, ...],
    allowed_hosts: tuple[str, ...],
    device: str,
) -> None:
    """Serve what the home holds; in an empty home all defaults are trained first, in about two minutes.

    \b
    nlpbot serve --port 8080 --without lm
    nlpbot serve --home mybot --train fraud     beside one's own chat, the default scorer
    NLPBOT_PORT=8080 NLPBOT_WITHOUT=lm nlpbot serve
    """
    from server.config import load_server_settings
    from server.run import run_server

    options = {
        "host": host,
        "port": port,
        "home": home,
        "without": without,
        "train": train,
        "allowed_hosts": allowed_hosts,
        "device": device,
    }
    source = context.get_parameter_source
    given = {name: value for name, value in options.items() if source(name) is click.core.ParameterSource.COMMANDLINE}
    run_server(load_server_settings(given))
