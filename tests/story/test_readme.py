import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ ((?:.*\| )?nlpbot (?!serve|talk).+)$", README, re.MULTILINE)
LIBRARY = re.search(r"```python\n(from nlpbot.*?)```", README, re.DOTALL)[1]

FAQ = """question,answer
When do you open?,We open at nine on weekdays and at ten on Saturdays.
What are your hours?,We open at nine on weekdays and at ten on Saturdays.
Can I bring my dog?,Dogs are welcome on a lead.
Where can I park?,There is a car park behind the house.
"""
INTENTS = [("weather", "will it rain in {}"), ("weather", "how warm is {} now"), ("time", "what time is it in {}")]
PLACES = ["Oslo", "Lima", "Cairo", "Seoul", "Perth", "Quito", "Turin", "Delhi", "Kyoto", "Accra", "Porto", "Busan"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with the files that the README's commands name, and `nlpbot` on the path."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / "book.txt").write_bytes((ROOT / "data/lm/small.txt").read_bytes())
    (folder / "faq.csv").write_text(FAQ, encoding="utf-8")
    (folder / "messages.txt").write_text("See you at six!\nYour account is locked, pay at http://a.example now.\n")
    questions = [f"How long does a parcel to {place} take?" for place in PLACES]
    (folder / "questions.txt").write_text("\n".join([*questions, ""]), encoding="utf-8")
    rows = [f"{text.format(place)},{label}" for label, text in INTENTS for place in PLACES]
    (folder / "intents.csv").write_text("\n".join(["text,label", *rows, ""]), encoding="utf-8")
    return folder


def run(command, folder, home):
    beside = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": beside, "NLPBOT_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.usefixtures("address")
def test_the_commands_run_in_the_order_they_are_shown(folder, default_home):
    """As written, over a home as `make run` leaves it; only the minutes of training are fewer."""
    for command in COMMANDS:
        run(re.sub(r"--minutes \d+", "--minutes 0.05", command), folder, default_home)
    assert (folder / "verdicts.tsv").read_text(encoding="utf-8").count("\n") >= 2
    out = run(f"{sys.executable} - <<'EOF'\n{LIBRARY}\nEOF", folder, default_home)
    assert out.split()[0] in ("fraud", "unsure", "honest")
