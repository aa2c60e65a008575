import json
import subprocess
import sys
import urllib.request
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The bin folder of an environment that holds the wheel, what it needs, and somebody else's `server`."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder / "env")], check=True)
    wheel = next(folder.glob("*.whl"))
    assert {name.split("/")[0].split("-")[0] for name in ZipFile(wheel).namelist()} == {"nlpbot"}
    pip = [folder / "env/bin/pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), str(wheel)]
    subprocess.run(pip, check=True, capture_output=True)
    packages = next((folder / "env/lib").glob("python*/site-packages"))
    (packages / "server.py").write_text("raise ImportError('a server of somebody else')")
    return folder / "env/bin"


def test_a_wheel_alone_trains_and_serves_the_defaults(installed, default_home, serving, tmp_path):
    with serving([str(installed / "nlpbot")], default_home, cwd=tmp_path) as address:
        body = json.dumps({"messages": ["Your parcel is held, pay the fee at http://a.example now"]}).encode()
        request = urllib.request.Request(f"{address}/api/fraud/score", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            verdict = json.load(response)["verdicts"][0]
        with urllib.request.urlopen(f"{address}/v1/models", timeout=60) as response:
            models = json.load(response)["data"]
    assert verdict["verdict"] in ("fraud", "unsure")
    assert len(models) >= 1
