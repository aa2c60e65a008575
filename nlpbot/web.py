"""The way to the web server, whose folder `server` lies beside this package in a checkout, and inside it in a wheel.

A wheel with a package `server` at its top would take the place of anybody else's of that name.
"""

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

__all__ = ["serve"]


def _load_server(folder: Path) -> None:
    """Import the package `server` from a folder, whatever else of that name is on the path."""
    spec = spec_from_file_location("server", folder / "__init__.py", submodule_search_locations=[str(folder)])
    if spec is None or spec.loader is None:
        raise ImportError(f"{folder}: no package there; install nlpbot again")
    sys.modules["server"] = module_from_spec(spec)
    spec.loader.exec_module(sys.modules["server"])


INSIDE = Path(__file__).with_name("_server")

if INSIDE.is_dir():
    _load_server(INSIDE)

from server.commands import serve  # noqa: E402  # found by the lines above
