"""Where the project's own data lie, in the checkout or inside the wheel, and the public data sets known by name."""

from pathlib import Path

from nlpbot.core.errors import ConfigError

__all__ = ["data_folder"]


def data_folder(room: str) -> Path:
    """Return the folder of a room's own data.

    Raises:
        ConfigError: the installation lacks it.
    """
    package = Path(__file__).resolve().parents[1]
    for root in (package / "_data", package.parent / "data"):
        if (root / room).is_dir():
            return root / room
    raise ConfigError(f"{room}: no data folder in this installation; install nlpbot again")
