"""The page loads nothing from elsewhere, and runs nothing that is written into it."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.engines import Engines


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_loads_only_files_from_here_and_holds_no_script(client: FlaskClient, path: str) -> None:
    page = client.get(path)
    assert (page.status_code, page.mimetype) == (200, "text/html")
    assert not re.findall(r"<script(?![^>]*\bsrc=)|<style|\bon\w+=|\bstyle=|javascript:", page.text)
    for place in re.findall(r'href="#([^"]+)"', page.text):
        assert f'id="{place}"' in page.text
    for address in re.findall(r'(?:src|href)="([^"#]+)"', page.text):
        assert address.startswith("/")
        with client.get(address) as file:
            assert file.status_code == 200


def test_scripts_put_text_in_as_text(app: Flask) -> None:
    for script in Path(str(app.static_folder)).glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert not re.findall(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|https?://(?!www\.w3\.org)", text
        )


def test_the_page_knows_what_is_served(client: FlaskClient, engines: Engines) -> None:
    kinds = " ".join(engines.kinds)
    assert kinds.startswith("chat lm fraud vision")
    assert f'data-parts="{kinds}"' in client.get("/").text


def test_the_documentation_names_every_path(client: FlaskClient) -> None:
    text = client.get("/docs").text
    assert all(path in text for path in client.get("/openapi.json").json["paths"])
