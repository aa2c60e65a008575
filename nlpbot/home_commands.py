"""``nlpbot home``: which versions are served, and the home as a whole in one file."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nlpbot.core.terminal.commands import json_option
from nlpbot.core.terminal.paths import FILE, FOLDER, out_file_argument

if TYPE_CHECKING:
    from nlpbot.core.bundles.archive_contents import ArchiveContents
    from nlpbot.core.bundles.home import BundleHome

__all__ = ["home"]


@click.group()
def home() -> None:
    """Choose which versions of its bundles a home serves; back it up and restore it.

    A server that runs follows within seconds; requests in hand end on the version that they began with.

    \b
    nlpbot home list
    nlpbot home rollback fraud
    nlpbot home promote fraud 0002
    nlpbot home remove fraud 0001
    nlpbot home backup mybot.tar
    nlpbot home restore mybot.tar --home elsewhere
    """


def _opened(_ctx: click.Context, _param: click.Parameter, folder: Path | None) -> "BundleHome":
    from nlpbot.core.bundles.home import BundleHome, default_home

    return BundleHome(folder or default_home())


home_folder = click.option(
    "--home",
    "opened",
    type=FOLDER,
    callback=_opened,
    metavar="DIR",
    help="The home.  [default: NLPBOT_HOME, else your data folder]",
)


def _say_promoted(name: str, version: str) -> None:
    click.echo(f"{name}: {version} is promoted; a running server follows within seconds", err=True)


@home.command(name="list")
@home_folder
@json_option
def list_versions(opened: "BundleHome", as_json: bool) -> None:
    """Say which versions there are, and which are served.

    \b
    Example: nlpbot home list --home mybot
    """
    from nlpbot.core.terminal.home_table import print_versions

    print_versions(opened, as_json=as_json)


@home.command()
@click.argument("name")
@click.argument("version")
@home_folder
def promote(name: str, version: str, opened: "BundleHome") -> None:
    """Serve VERSION of NAME; a running server follows.

    \b
    Example: nlpbot home promote fraud 0002
    """
    opened.promote(name, version)
    _say_promoted(name, version)


@home.command()
@click.argument("name")
@home_folder
def rollback(name: str, opened: "BundleHome") -> None:
    """Serve the version of NAME before the one that is served; a running server follows.

    \b
    Example: nlpbot home rollback fraud
    """
    _say_promoted(name, opened.roll_back(name))


@home.command()
@click.argument("name")
@click.argument("version")
@home_folder
def remove(name: str, version: str, opened: "BundleHome") -> None:
    """Delete VERSION of NAME, unless it is served.

    \b
    Example: nlpbot home remove fraud 0001
    """
    opened.remove(name, version)
    click.echo(f"{name}: {version} is deleted", err=True)


@home.command()
@out_file_argument
@home_folder
@json_option
def backup(file: Path, opened: "BundleHome", as_json: bool) -> None:
    """Write all bundles, which of them are served, and all conversations into FILE, a plain .tar.

    A server that runs goes on meanwhile. FILE holds what people wrote: you alone can read it.

    \b
    Example: nlpbot home backup mybot.tar --home mybot
    """
    from nlpbot.assistant.home_backup import back_up
    from nlpbot.core.kernel.console import progress_line

    with progress_line("backing up") as show:
        contents = back_up(opened, file, show)
    _tell_archive(file, opened, contents, as_json=as_json)


@home.command()
@click.argument("file", type=FILE)
@click.option(
    "--home",
    "opened",
    type=click.Path(path_type=Path, file_okay=False),
    callback=_opened,
    metavar="DIR",
    help="The home to make.  [default: NLPBOT_HOME, else your data folder]",
)
@click.option("--force", is_flag=True, help="Replace all bundles and conversations of a home that has any.")
@json_option
def restore(file: Path, opened: "BundleHome", force: bool, as_json: bool) -> None:
    """Make a home what it was when FILE was written; nothing changes before all of FILE is checked.

    Stop the server of that home first.

    \b
    Example: nlpbot home restore mybot.tar --home mybot
    """
    from nlpbot.assistant.home_restore import restore_home
    from nlpbot.core.kernel.console import progress_line

    with progress_line("restoring") as show:
        contents = restore_home(file, opened, show, force=force)
    _tell_archive(file, opened, contents, as_json=as_json)


def _tell_archive(file: Path, opened: "BundleHome", contents: "ArchiveContents", *, as_json: bool) -> None:
    from nlpbot.core.kernel.console import note, print_json

    files, size_bytes = len(contents.files), contents.size_bytes
    facts = {"home": str(opened.root), "made_at": contents.made_at, "nlpbot": contents.nlpbot}
    if as_json:
        print_json({"file": str(file), **facts, "files": files, "size_bytes": size_bytes})
    else:
        note(f"{file}: {opened.root} of {contents.made_at}, {files} files, {size_bytes / 1e6:.1f} MB")
