import re

import pytest

from nlpbot.core.datasets.catalog import ORIGIN, data_folder, data_set, find_data, load_catalog, set_folder
from nlpbot.core.datasets.conversions import CONVERSIONS
from nlpbot.core.kernel.errors import ConfigError

HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NLPBOT_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def put(name, file):
    path = set_folder(name) / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    (set_folder(name) / ORIGIN).write_text("{}")
    return path


@pytest.mark.parametrize(("name", "entry"), load_catalog().items())
def test_every_entry_is_whole(name, entry):
    assert entry.address.startswith(("http", "none: "))
    assert entry.licence
    assert all(HASH.fullmatch(value) for value in entry.files.values())
    assert {file for step in entry.steps for file in step.files} <= set(entry.files)
    assert {step.convert for step in entry.steps} <= set(CONVERSIONS)


@pytest.mark.parametrize("name", ["messages-written", "assistant-questions"])
def test_evaluation_sets_say_so_and_are_copied_as_they_are(name):
    entry = data_set(name)
    assert entry.note.startswith("For evaluation only")
    assert entry.steps == ()


def test_what_mnist_holds_is_what_is_published_everywhere():
    published = "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
    assert data_set("mnist").files["t10k-images-idx3-ubyte.gz"] == published


def test_a_path_beside_the_settings_comes_before_a_name(tmp_path):
    put("ptb", "train.txt")
    own = tmp_path / "ptb"
    own.mkdir()
    assert find_data("ptb", tmp_path) == own


def test_a_name_means_the_main_file_and_a_name_with_a_file_that_file(tmp_path):
    train = put("ptb", "train.txt")
    assert find_data("ptb", tmp_path) == train
    assert find_data("ptb/valid.txt", tmp_path) == set_folder("ptb") / "valid.txt"
    images = put("mnist", "train-images-idx3-ubyte.gz")
    assert find_data("mnist", tmp_path) == images.parent


@pytest.mark.parametrize("name", ["own.txt", "../own.txt", "./ptb", "sub/own.txt", "/absent/ptb"])
def test_what_is_no_name_of_a_set_comes_back_as_a_path(tmp_path, name):
    assert find_data(name, tmp_path) == tmp_path / name


def test_a_set_that_is_not_fetched_says_how_to_fetch_it(tmp_path):
    with pytest.raises(ConfigError, match=r"ptb is not fetched; `nlpbot data get ptb --from DIR`"):
        find_data("ptb/train.txt", tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[a\n", "can't be read"),
        ('[a]\ntitle = "t"', "a: address: Field required"),
        ('[a]\ntitle = "t"\naddress = "h"\nlicence = "l"\nfiles = {}\nsize = 3', "a: size: .*known: title"),
        ('[a]\ntitle = "t"\naddress = "h"\nlicence = "l"\nfiles = { "../x" = "0" }', "path inside the set expected"),
    ],
)
def test_a_wrong_catalogue_is_refused(tmp_path, text, says):
    (tmp_path / "catalog.toml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_catalog(tmp_path / "catalog.toml")


def test_unknown_names_are_refused():
    with pytest.raises(ConfigError, match=r"ptbb: no such data set; one of .*ptb"):
        data_set("ptbb")
    with pytest.raises(ConfigError, match="cooking: no such data"):
        data_folder("cooking")
