"""Options and the front door's manners that all commands share."""

import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from nlpbot.core.kernel.errors import NlpbotError

__all__ = [
    "SLOT",
    "FrontDoor",
    "NumberRange",
    "device_option",
    "force_option",
    "json_option",
    "seed_option",
    "training_seed_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

SLOT = "nlpbot.slot"
"""Where a context keeps the slot of a home that a bundle goes to."""
INTERRUPTED = 130
MAX_SEED = (1 << 63) - 1


class NumberRange(click.FloatRange):
    """A number within bounds; click itself lets "nan" through all of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or tell what is wrong with it."""
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value!r} is not a finite number.", param, ctx)
        return number


class FrontDoor(click.Group):
    """A group whose errors are one line, ``error: FILE:LINE: what is wrong; what is expected``, and exit 2."""

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run a command; what the user can mend becomes one line on stderr."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except (NlpbotError, OSError) as error:
            _leave(str(error), 2)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message(), err=True)
            raise SystemExit(2) from None
        except click.UsageError as error:
            _leave(_told(error), 2)
        except click.ClickException as error:
            _leave(error.format_message(), 2)
        except (click.Abort, KeyboardInterrupt):
            _leave("stopped", INTERRUPTED)
        raise SystemExit(code if isinstance(code, int) else 0)


def _told(error: click.UsageError) -> str:
    """Return what is wrong, with the word that was likely meant, else with where to look."""
    likely = getattr(error, "possibilities", None)  # of a command or an option that isn't there
    if likely:
        return f"{error.message.rstrip('.')}; did you mean {likely[0]}?"
    hint = f"; see `{error.ctx.command_path} --help`" if error.ctx else ""
    return error.format_message().rstrip(".") + hint


def _leave(message: str, code: int) -> None:
    click.echo(f"error: {' '.join(message.split())}", err=True)
    raise SystemExit(code)


def json_option(command: Command) -> Command:
    """Add ``--json``: stdout then holds exactly one JSON document."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")(command)


def seed_option(command: Command) -> Command:
    """Add ``--seed``."""
    return click.option(
        "--seed",
        type=click.IntRange(0, MAX_SEED),
        default=0,
        show_default=True,
        help="The same seed gives the same result.",
    )(command)


def training_seed_option(command: Command) -> Command:
    """Add ``--seed`` where a settings file may hold one; None leaves it to the file."""
    words = "The same seed gives the same result; by default the settings', else 0."
    return click.option("--seed", type=click.IntRange(0, MAX_SEED), help=words)(command)


def device_option(command: Command) -> Command:
    """Add ``--device``."""
    choice = click.Choice(["auto", "cpu", "cuda", "mps"])
    return click.option("--device", type=choice, default="auto", show_default=True, help="Where to compute.")(command)


def force_option(command: Command) -> Command:
    """Add ``--force``, which lets ``--out`` replace what is there; it is read before that."""
    return click.option("--force", is_flag=True, is_eager=True, help="Replace what is to be written if it exists.")(
        command
    )
