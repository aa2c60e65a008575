import sys
from pathlib import Path

import pytest

from nlpbot import web
from server.commands import serve


def test_in_a_checkout_the_server_lies_beside_the_package() -> None:
    assert web.serve is serve


def test_a_server_of_its_own_comes_before_one_that_is_on_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, whose in (("path/server", "somebody else"), ("nlpbot/_server", "nlpbot")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text(f"WHOSE = {whose!r}")
        (tmp_path / folder / "part.py").write_text("from server import WHOSE")
    ours = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "server"}
    for name in ours:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(tmp_path / "path")
    web._load_server(tmp_path / "nlpbot/_server")
    try:
        from server import part

        assert part.WHOSE == "nlpbot"
    finally:
        sys.modules.pop("server.part", None)
        sys.modules.pop("server", None)
