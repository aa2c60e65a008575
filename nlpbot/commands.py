"""``nlpbot data``, ``compare`` and ``info``: public data sets, bundles side by side, and what is here."""

from pathlib import Path
from typing import Any

import click

from nlpbot.core.terminal.commands import json_option
from nlpbot.core.terminal.paths import FOLDER, BundleFolder, home_option

__all__ = ["compare", "data", "info"]


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
    from nlpbot.core.datasets.catalog import is_fetched, load_catalog
    from nlpbot.core.kernel.console import print_json, print_table

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
    from nlpbot.core.datasets.catalog import data_set, set_folder
    from nlpbot.core.datasets.fetch import fetch
    from nlpbot.core.kernel.console import note, print_json, print_text
    from nlpbot.core.kernel.errors import ConfigError

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
    from nlpbot.core.kernel.console import print_json, print_text

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
    from nlpbot.core.datasets.catalog import data_set, how_to_get, is_fetched, set_folder
    from nlpbot.core.kernel.console import print_text
    from nlpbot.core.kernel.errors import ConfigError

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
    from nlpbot.core.kernel.console import print_json
    from nlpbot.core.terminal.comparison import compare_bundles, print_compared

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
    from nlpbot.core.bundles.home import default_home
    from nlpbot.core.kernel.console import print_json
    from nlpbot.core.terminal.installation import installation, print_installation

    found = installation(home or default_home())
    if as_json:
        print_json(found)
    else:
        print_installation(found)
