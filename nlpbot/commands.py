"""``nlpbot data``, ``home``, ``compare`` and ``info``: public data sets, versions that are served, and what is here."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nlpbot.core.commands import json_option
from nlpbot.core.paths import FILE, FOLDER, BundleFolder, home_option, out_file_argument

if TYPE_CHECKING:
    from nlpbot.core.archive_contents import ArchiveContents
    from nlpbot.core.home import BundleHome

__all__ = ["compare", "data", "home", "info"]


@click.group()
def data() -> None:
    """Fetch public data sets by name from a folder of yours; nothing is ever downloaded.

    \b
    nlpbot data list
    nlpbot data get clinc150                        says where it comes from
    nlpbot data get clinc150 --from ~/oos-eval/data
    nlpbot data path clinc150
    """


@data.command(name="list")
@json_option
def list_sets(as_json: bool) -> None:
    """Say which data sets are known, and which are here.

    \b
    Example: nlpbot data list
    """
    from nlpbot.core.catalog import is_fetched, load_catalog
    from nlpbot.core.console import print_json, print_table

    sets = load_catalog()
    if as_json:
        rows = [
            {"name": name, **entry.model_dump(include={"title", "address", "licence", "note"})}
            for name, entry in sets.items()
        ]
        print_json({"data": [{**row, "fetched": is_fetched(row["name"])} for row in rows]})
        return
    shown = [[name, "yes" if is_fetched(name) else "", entry.title] for name, entry in sets.items()]
    print_table("", ["name", "here", "what"], shown)


@data.command()
@click.argument("name")
@click.option("--from", "source", type=FOLDER, help="Folder with its files, or with a folder NAME of them.")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write; by default one under the home.",
)
@click.option("--any-version", is_flag=True, help="Accept files other than those tested.")
@click.option("--force", is_flag=True, help="Write it again.")
@json_option
def get(name: str, source: Path | None, target: Path | None, any_version: bool, force: bool, as_json: bool) -> None:
    """Check the files of a data set, convert them, and put them under the home.

    \b
    Example: nlpbot data get sms-spam-collection --from ~/Downloads
    """
    from nlpbot.core.catalog import data_set, set_folder
    from nlpbot.core.console import note, print_json, print_text
    from nlpbot.core.errors import ConfigError
    from nlpbot.core.fetch import fetch

    entry = data_set(name)
    if source is None:
        _print_origin(name, entry, as_json=as_json)
        raise ConfigError(f"{name}: nothing is downloaded; fetch it from there and give its folder with --from DIR")
    target = target or set_folder(name)
    files = fetch(name, entry, source, target, any_version=any_version, force=force)
    if as_json:
        print_json({"name": name, "folder": str(target), "files": [str(f.relative_to(target)) for f in files]})
        return
    print_text(str(target))
    note(f"{len(files)} files; {entry.licence}" + (f"\n{entry.note}" if entry.note else ""))


def _print_origin(name: str, entry: Any, *, as_json: bool) -> None:
    from nlpbot.core.console import print_json, print_text

    if as_json:
        print_json({"name": name, **entry.model_dump(include={"title", "address", "licence", "note", "files"})})
        return
    print_text(f"{entry.title}\naddress: {entry.address}\nlicence: {entry.licence}")
    print_text("\n".join(["files, with the sha256 tested:", *(f"  {h}  {file}" for file, h in entry.files.items())]))
    if entry.note:
        print_text(entry.note)


@data.command()
@click.argument("name")
def path(name: str) -> None:
    """Print the folder of a data set that was fetched.

    \b
    Example: nlpbot data path clinc150
    """
    from nlpbot.core.catalog import data_set, how_to_get, is_fetched, set_folder
    from nlpbot.core.console import print_text
    from nlpbot.core.errors import ConfigError

    data_set(name)
    if not is_fetched(name):
        raise ConfigError(f"{name}: not fetched; {how_to_get(name)}")
    print_text(str(set_folder(name)))


@click.command()
@click.argument("bundles", nargs=-1, required=True, type=BundleFolder(), metavar="BUNDLE...")
@home_option
@json_option
def compare(bundles: tuple[Path, ...], as_json: bool) -> None:
    """Show bundles side by side: metrics, sizes, times, and settings that differ.

    \b
    Example: nlpbot compare models/small models/large
    """
    from nlpbot.core.comparison import compare_bundles, print_compared
    from nlpbot.core.console import print_json

    compared = compare_bundles(bundles)
    if as_json:
        print_json(compared)
    else:
        print_compared(compared)


@click.command()
@click.option("--home", type=FOLDER, metavar="DIR", help="A home.  [default: NLPBOT_HOME, else your data folder]")
@json_option
def info(home: Path | None, as_json: bool) -> None:
    """Say what is here: versions, devices, the home, and the bundles in it.

    \b
    Example: nlpbot info --json
    """
    from nlpbot.core.console import print_json
    from nlpbot.core.home import default_home
    from nlpbot.core.installation import installation, print_installation

    found = installation(home or default_home())
    if as_json:
        print_json(found)
    else:
        print_installation(found)


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
    from nlpbot.core.home import BundleHome, default_home

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
    from nlpbot.core.home_table import print_versions

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
    from nlpbot.core.console import progress_line

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
    from nlpbot.core.console import progress_line

    with progress_line("restoring") as show:
        contents = restore_home(file, opened, show, force=force)
    _tell_archive(file, opened, contents, as_json=as_json)


def _tell_archive(file: Path, opened: "BundleHome", contents: "ArchiveContents", *, as_json: bool) -> None:
    from nlpbot.core.console import note, print_json

    files, size_bytes = len(contents.files), contents.size_bytes
    facts = {"home": str(opened.root), "made_at": contents.made_at, "nlpbot": contents.nlpbot}
    if as_json:
        print_json({"file": str(file), **facts, "files": files, "size_bytes": size_bytes})
    else:
        note(f"{file}: {opened.root} of {contents.made_at}, {files} files, {size_bytes / 1e6:.1f} MB")
