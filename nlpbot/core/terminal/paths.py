"""What commands are given to read and to write, looked at while the command line is read.

Nothing heavy is imported here, so that a path with a typo costs no second.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from nlpbot.core.bundles.home import SLOT_PATTERN, find_bundle
from nlpbot.core.bundles.manifest import NO_BUNDLE, read_manifest
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.targets import check_free, check_no_run, check_row_file
from nlpbot.core.terminal.commands import SLOT
from nlpbot.core.text.corpus import STDIN, read_text

__all__ = [
    "FILE",
    "FILE_OR_STDIN",
    "FOLDER",
    "OUT_FILE",
    "READABLE",
    "SLOT_NAME",
    "TEXT_OR_STDIN",
    "BundleFolder",
    "BundleOrNone",
    "InputPath",
    "SlotName",
    "TextOrStdin",
    "ablate_option",
    "bundle_argument",
    "encoder_option",
    "home_option",
    "out_file_argument",
    "out_file_option",
    "out_option",
    "out_or_home_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])

HOME, FORCE = "nlpbot.home", "nlpbot.force"
"""Where a context keeps the home in which bundles are looked up, and whether files may be replaced."""


class InputPath(click.Path):
    """A path that must be there; where it isn't, that is all that is said."""

    def fail(self, message: str, param: click.Parameter | None = None, ctx: click.Context | None = None) -> NoReturn:  # noqa: ARG002
        """Say what is wrong with the path.

        Raises:
            DataError: always.
        """
        raise DataError(message.rstrip("."))


FILE = InputPath(exists=True, dir_okay=False, path_type=Path)
FILE_OR_STDIN = InputPath(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
"""A file that is read once, so that `-` can stand for standard input."""
READABLE = InputPath(exists=True, path_type=Path)
"""A file or a folder."""
FOLDER = InputPath(exists=True, file_okay=False, path_type=Path)
OUT_FILE = click.Path(dir_okay=False, path_type=Path)


class SlotName(click.ParamType):  # type: ignore[type-arg]  # click before 8.4 knows no argument
    """A name under which a home serves a bundle."""

    name = "name"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, or tell what is wrong with it."""
        if not re.fullmatch(SLOT_PATTERN, value):
            self.fail(f"{value!r}: expected up to 40 of a-z, 0-9, - and _, the first a letter or a digit.", param, ctx)
        return value


SLOT_NAME = SlotName()


class TextOrStdin(click.ParamType):  # type: ignore[type-arg]  # click before 8.4 knows no argument
    """A text as it is; `-` is all of standard input."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ARG002
        """Return the text."""
        return "".join(read_text(STDIN)).removesuffix("\n") if value == str(STDIN) else value


TEXT_OR_STDIN = TextOrStdin()


class BundleFolder(click.ParamType):  # type: ignore[type-arg]
    """The folder of a bundle, or the name it has in the home.

    Args:
        kind: the kind that must have written it; by default any.
    """

    name = "bundle"

    def __init__(self, kind: str | None = None) -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:  # noqa: ARG002
        """Return the folder.

        Raises:
            BundleError: there is no such bundle, or it is of another kind.
        """
        folder = find_bundle(value, ctx.meta.get(HOME) if ctx is not None else None)
        read_manifest(folder, kind=self.kind)
        return folder


class BundleOrNone(BundleFolder):
    """The folder of a bundle, the name it has in the home, or ``none``."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the folder, or `NO_BUNDLE`; it raises what `BundleFolder` does."""
        return NO_BUNDLE if str(value) == str(NO_BUNDLE) else super().convert(value, param, ctx)


def home_option(command: Command) -> Command:
    """Add ``--home``, in which bundles are looked up by name."""
    words = "Where bundles are looked up by name.  [default: NLPBOT_HOME, else your data folder]"
    return _remembered("--home", HOME, type=FOLDER, metavar="DIR", help=words)(command)


def bundle_argument(kind: str | None, *, required: bool = True) -> Callable[[Command], Command]:
    """Return what adds ``BUNDLE``, a folder or a name in the home, and ``--home``."""

    def add(command: Command) -> Command:
        return click.argument("bundle", type=BundleFolder(kind), required=required)(home_option(command))

    return add


def encoder_option(command: Command) -> Command:
    """Add ``--encoder``: which sentence encoder texts are read by, if any."""
    words = "Sentence encoder that texts are read by: a bundle, or none.  [default: the one that comes along]"
    return click.option("--encoder", type=BundleOrNone("sentences"), help=words)(command)


def ablate_option(command: Command) -> Command:
    """Add ``--ablate``: whether a model is measured without each of its parts too."""
    words = "Also measure without each part: how well, how fast, how large."
    return click.option("--ablate", is_flag=True, help=words)(command)


def out_option(command: Command) -> Command:
    """Add ``--out``, the folder that becomes the bundle."""
    return _out_folder(required=True)(command)


def out_or_home_options(command: Command) -> Command:
    """Add ``--out`` and ``--home``, of which a training takes one, and ``--as`` for a home."""
    path = click.Path(path_type=Path, file_okay=False)
    home = click.option("--home", type=path, metavar="DIR", help="Or the home that is to serve it.")
    slot = _remembered("--as", SLOT, type=SLOT_NAME, help="Name that the home serves it by.  [default: its kind]")
    return _out_folder(required=False)(home(slot(command)))


def out_file_option(
    name: str, *, what: str, required: bool = False, rows: bool = False
) -> Callable[[Command], Command]:
    """Return what adds an option for a file to write, and ``--force``.

    Args:
        name: of the option.
        what: is written, for the help.
        required: whether it must be given.
        rows: whether it holds rows, and its ending says how they are written.
    """

    def checked(ctx: click.Context, param: click.Parameter, out: Path | None) -> Path | None:
        if out is not None and rows:
            check_row_file(out)
        return _checked(ctx, param, out)

    def add(command: Command) -> Command:
        option = click.option(name, type=OUT_FILE, required=required, metavar="FILE", callback=checked, help=what)
        return option(_overwrite(command))

    return add


def out_file_argument(command: Command) -> Command:
    """Add ``FILE``, which is written, and ``--force``."""
    return click.argument("file", type=OUT_FILE, callback=_checked)(_overwrite(command))


def _out_folder(*, required: bool) -> Callable[[Command], Command]:
    path = click.Path(path_type=Path, file_okay=False)
    return click.option(
        "--out", type=path, required=required, metavar="DIR", callback=_checked, help="The bundle to write."
    )


def _overwrite(command: Command) -> Command:
    return _remembered("--force", FORCE, is_flag=True, help="Replace a file that is there.")(command)


def _remembered(name: str, key: str, **attributes: Any) -> Callable[[Command], Command]:
    """Return what adds an option that is read before others, whose values depend on it, and isn't handed on."""

    def remember(ctx: click.Context, _: click.Parameter, value: Any) -> None:
        ctx.meta[key] = value

    return click.option(name, is_eager=True, expose_value=False, callback=remember, **attributes)


def _checked(ctx: click.Context, _: click.Parameter, out: Path | None) -> Path | None:
    """Return what is to be written, once it is known to be free; ``--force`` and ``--resume`` were read before it."""
    if out is not None:
        force = ctx.params.get("force", ctx.meta.get(FORCE, False))
        check_free(out, force=force)
        if ctx.params.get("resume") is False and not force:
            check_no_run(out)
    return out
