"""Where data lie: the project's own, in the checkout or inside the wheel, and public data sets known by name.

::

    data/catalog.toml            what is known of each public set: address, licence, hashes, how it is converted
    HOME/data/NAME/              a set that `nlpbot data get` put there
    HOME/data/NAME/origin.json   where it came from
"""

import tomllib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pydantic import Field, field_validator

from nlpbot.core.bundles.home import default_home
from nlpbot.core.kernel.config import Settings, parse_settings, parse_toml
from nlpbot.core.kernel.errors import ConfigError

__all__ = [
    "ORIGIN",
    "DataSet",
    "Step",
    "data_folder",
    "data_set",
    "find_data",
    "how_to_get",
    "is_fetched",
    "load_catalog",
    "named_data",
    "set_folder",
]

ORIGIN = "origin.json"


class Step(Settings):
    """How some files of a set become files that the commands read."""

    convert: str
    """A name in `nlpbot.core.datasets.conversions.CONVERSIONS`."""
    files: tuple[str, ...]
    """What it reads."""
    to: str
    """The file it writes, or the folder where it writes several."""
    columns: dict[str, str | tuple[str, ...]] = {}
    """Column to write, and the column that it is read from, or columns that are joined."""
    labels: dict[str, str] = {}
    """Label as it is read, and as it is written; others stay."""
    share: float = Field(0.1, gt=0, lt=1)
    """Fraction of a text that is kept back to validate on."""


class DataSet(Settings):
    """A public data set, as the catalogue knows it."""

    title: str
    """What it is, in one line."""
    address: str
    """Where its makers offer it."""
    licence: str
    """What one may do with it."""
    note: str = ""
    """What to mind when using it, and where the tested files came from."""
    main: str = "."
    """The file meant where settings give only the name of the set; a dot for its folder."""
    files: dict[str, str]
    """File, or folder with a slash at its end, to SHA-256 of what was tested."""
    steps: tuple[Step, ...] = ()
    """How it is converted; files that no step names are copied as they are."""

    @field_validator("files")
    @classmethod
    def _stay_inside(cls, files: dict[str, str]) -> dict[str, str]:
        for name in files:
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
                raise ValueError(f"{name}: a path inside the set expected")
        return files


def data_folder(kind: str) -> Path:
    """Return the folder of a kind's own data.

    Raises:
        ConfigError: the installation lacks it.
    """
    return _own_data(kind)


def load_catalog(path: Path | None = None) -> dict[str, DataSet]:
    """Return all data sets by name.

    Args:
        path: a catalogue; by default the one that comes with nlpbot.

    Raises:
        ConfigError: it is missing, or an entry is wrong.
    """
    path = path or _own_data("catalog.toml")
    try:
        raw = parse_toml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: can't be read: {error}") from error
    return {name: parse_settings(entry, DataSet, where=f"{path.name}: {name}") for name, entry in raw.items()}


def data_set(name: str) -> DataSet:
    """Return the data set of that name.

    Raises:
        ConfigError: the catalogue has none.
    """
    catalog = load_catalog()
    if name not in catalog:
        raise ConfigError(f"{name}: no such data set; one of {', '.join(catalog)} expected")
    return catalog[name]


def set_folder(name: str) -> Path:
    """Return where a data set lies, or is to lie, under the home."""
    return default_home() / "data" / name


def is_fetched(name: str) -> bool:
    """Return whether a data set lies under the home."""
    return (set_folder(name) / ORIGIN).is_file()


def named_data(file: Path, names: Sequence[str], *, what: str) -> list[Path]:
    """Return where the data lie that a settings file names under ``data``, as `find_data` finds each.

    Args:
        file: the settings file.
        names: as they stand in it.
        what: is expected, for the error where there are none.

    Raises:
        ConfigError: there are none, or one is a data set that was not fetched yet.
    """
    if not names:
        raise ConfigError(f"{file.name}: data: at least one {what} expected")
    return [find_data(name, file.parent) for name in names]


def find_data(name: str, folder: Path) -> Path:
    """Return the file or folder that settings name: by path, else ``SET`` or ``SET/FILE`` of the catalogue.

    A name that is neither comes back as a path, so that reading it says what is wrong.

    Args:
        name: as it stands in the settings.
        folder: that paths are relative to.

    Raises:
        ConfigError: it is a data set that was not fetched yet.
    """
    path = folder / name
    head, _, rest = name.partition("/")
    if path.exists() or head in ("", ".", ".."):
        return path
    entry = load_catalog().get(head)
    if entry is None:
        return path
    if not is_fetched(head):
        raise ConfigError(f"{path}: no such file, and the data set {head} is not fetched; {how_to_get(head)}")
    return set_folder(head) / (rest or entry.main)


def how_to_get(name: str) -> str:
    """Return in words how a data set is fetched."""
    return f"`nlpbot data get {name} --from DIR` fetches it, `nlpbot data get {name}` says where DIR comes from"


def _own_data(name: str) -> Path:
    package = Path(__file__).resolve().parents[2]
    for root in (package / "_data", package.parent / "data"):
        if (root / name).exists():
            return root / name
    raise ConfigError(f"{name}: no such data in this installation; install nlpbot again")
