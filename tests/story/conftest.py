import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
READY = re.compile(r"nlpbot is ready: (http://\S+)")


@pytest.fixture(scope="session")
def default_home(tmp_path_factory):
    """A home with the default bundles, trained once; NLPBOT_STORY_HOME names one that is there already."""
    named = os.environ.get("NLPBOT_STORY_HOME")
    return Path(named).absolute() if named else tmp_path_factory.mktemp("home")


@contextmanager
def serve(nlpbot, home, **options):
    """Run `nlpbot serve`, which trains what is missing first, and give its address; it must end well when told to."""
    command = [*nlpbot, "serve", "--port", "0", "--home", str(home)]
    users = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # which tests keep low
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=users, **options) as server:
        said = []
        for line in server.stderr:
            said.append(line)
            if match := READY.search(line):
                break
        else:
            pytest.fail("the server ended: " + "".join(said))
        yield match[1]
        server.terminate()
        server.stderr.read()
        assert server.wait(timeout=60) == 0


@pytest.fixture(scope="session")
def serving():
    return serve


@pytest.fixture(scope="session")
def address(default_home):
    with serve([sys.executable, "-m", "nlpbot"], default_home) as address:
        yield address


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(chromium, address):
    """The page in a fresh browser profile; it must not speak to anybody else, nor complain on its console."""
    context = chromium.new_context(locale="en-GB", viewport={"width": 1100, "height": 800})
    page = context.new_page()
    strangers, complaints = [], []
    page.on("request", lambda request: None if request.url.startswith(address) else strangers.append(request.url))
    page.on(
        "console",
        lambda line: complaints.append(line.text) if line.type == "error" and "ERR_FAILED" not in line.text else None,
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert strangers == []
    assert complaints == []
