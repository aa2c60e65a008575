from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import pytest
import yaml
from pydantic import Field, ValidationError

from nlpbot.core.kernel.config import Settings, load_settings, parse_settings, parse_yaml, with_seed
from nlpbot.core.kernel.errors import ConfigError


class Train(Settings):
    epochs: int = Field(3, gt=0)
    """Times that the data is read."""
    sizes: tuple[int, ...] = (1, 2)


class Whole(Settings):
    name: str
    """What it is called."""
    train: Train = Train()
    rate: float = 0.1


def load(folder: Path, content: str | bytes) -> Whole:
    path = folder / "lm.toml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load_settings(path, Whole)


def test_a_file_gives_settings_and_what_it_leaves_out_the_defaults(tmp_path: Path) -> None:
    found = load(tmp_path, 'name = "한글"\nrate = 1\n[train]\nsizes = [4, 5]')
    assert found == Whole(name="한글", rate=1.0, train=Train(epochs=3, sizes=(4, 5)))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("name = 'a'\n[train]\nepochs = 0", "lm.toml: train.epochs: Input should be greater than 0"),
        ("name = 'a'\n[train]\nepochs = '3'", "lm.toml: train.epochs: Input should be a valid integer"),
        ("name = 'a'\n[train]\nepochs = 3.0", "lm.toml: train.epochs: Input should be a valid integer"),
        ("name = 'a'\nseed = 1", "lm.toml: seed: Extra inputs are not permitted (known: name, train, rate)"),
        ("name = 'a'\n[train]\nepoch = 1", "lm.toml: train.epoch: Extra inputs are not permitted"),
        ("rate = 1", "lm.toml: name: Field required"),
        ("name = 'a'\ntrain = 3", "lm.toml: train: "),
        ("name = 2020-01-01\n[train]\nsizes = [2020-01-01]", "lm.toml: train.sizes.0: "),
        ("name = ", "lm.toml: not TOML: "),
        ("a = 1\na = 2", "lm.toml: not TOML: "),
        (b"\xff\xfe", "lm.toml: can't be read: "),
        (f"{'a.' * 5000}b = 1", "lm.toml: nested too deeply"),
        (f"[{'a.' * 5000}b]", "lm.toml: nested too deeply"),
        (f"a = {'[' * 5000}{']' * 5000}", "lm.toml: not TOML: nested too deeply"),
        (f"{'a.' * 300}b = 1", "lm.toml: "),
    ],
)
def test_a_wrong_file_is_refused_in_one_line_that_names_the_key(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, content)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: can't be read"):
        load_settings(tmp_path / "none.toml", Whole)


def test_an_unknown_key_deep_inside_lists_the_keys_known_there() -> None:
    with pytest.raises(ConfigError, match=r"\(known: epochs, sizes\)"):
        parse_settings({"name": "a", "train": {"epoch": 1}}, Whole, where="lm.toml")


def test_settings_never_change_and_know_what_their_fields_mean() -> None:
    settings = Whole(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        settings.name = "b"
    assert Whole.model_fields["name"].description == "What it is called."


def test_yaml_gives_plain_values_and_nothing_else():
    assert parse_yaml("a: [1, 'x']") == {"a": [1, "x"]}
    with pytest.raises(yaml.YAMLError):
        parse_yaml("!!python/object/apply:os.system ['true']")


@pytest.mark.parametrize("text", ["[" * 200_000, "{a: " * 5000, "- " * 5000, "[" * 101 + "]" * 101])
def test_yaml_nested_too_deeply_is_refused_before_it_is_loaded(text):
    with pytest.raises(yaml.YAMLError, match="nested too deeply"):
        parse_yaml(text)
    assert parse_yaml("[" * 100 + "]" * 100)


@pytest.mark.parametrize(("given", "seed"), [(None, 7), (0, 0), (3, 3)])
def test_a_seed_that_is_given_wins_even_zero(given, seed):
    class Seeded(Settings):
        seed: int = 7
        """Of everything random."""

    assert with_seed(Seeded(), given).seed == seed


class Inner(Settings):
    moved: ClassVar[Mapping[str, str]] = {"share": "fraction"}
    fraction: float = 0.5
    patience: int = 3


class Outer(Settings):
    moved: ClassVar[Mapping[str, str]] = {
        "patience": "inner.patience",
        "rate": "inner.fraction",
        "inner.count": "count",
    }
    inner: Inner = Inner(patience=7)
    maybe: Inner | None = None
    count: int = 1


@pytest.mark.parametrize(
    ("raw", "settings"),
    [
        ({"patience": 9}, Outer(inner=Inner(patience=9))),
        ({"patience": 9, "rate": 0.25}, Outer(inner=Inner(patience=9, fraction=0.25))),
        ({"rate": 0.25}, Outer(inner=Inner(patience=7, fraction=0.25))),
        ({"patience": 9, "inner": {"share": 0.1}}, Outer(inner=Inner(patience=9, fraction=0.1))),
        ({"inner": {"count": 4, "patience": 2}}, Outer(count=4, inner=Inner(patience=2))),
        ({"maybe": {"share": 0.2}}, Outer(maybe=Inner(fraction=0.2))),
        ({"patience": 9, "inner": {"patience": 2}}, Outer(inner=Inner(patience=2))),
        ({}, Outer()),
    ],
)
def test_keys_of_earlier_versions_are_read_where_they_stand_now(raw, settings):
    assert parse_settings(raw, Outer, where="a.toml") == settings


def test_a_value_of_an_earlier_version_is_checked_as_ever():
    with pytest.raises(ConfigError, match=r"a\.toml: inner\.patience: Input should be a valid integer"):
        parse_settings({"patience": "long"}, Outer, where="a.toml")
