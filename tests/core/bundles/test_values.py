"""Values that people write in YAML files and bundles keep."""

from pathlib import Path

import pytest

from nlpbot.core.bundles.bundle import Bundle, BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.bundles.values import kept_values, read_values
from nlpbot.core.kernel.config import Settings
from nlpbot.core.kernel.errors import BundleError, ConfigError


class Inner(Settings):
    en: str
    ko: str = "?"


class Values(Settings):
    greeting: Inner
    steps: tuple[int, ...] = ()


def _files(folder: Path, *texts: str) -> list[Path]:
    paths = [folder / f"{number}.yaml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def _bundle(folder: Path, **files: object) -> Bundle:
    draft = BundleDraft.start(folder / "bundle")
    for name, value in files.items():
        draft.write_json(f"{name}.json", value)
    return open_bundle(draft.finish(Manifest(kind="chat")), kind="chat")


def test_a_later_file_replaces_only_what_it_says(tmp_path: Path) -> None:
    paths = _files(tmp_path, "greeting: {en: hello, ko: 안녕}\nsteps: [1, 2]\n", "greeting: {en: hi}\nsteps: [3]\n")
    assert read_values(paths[:1], Values) == Values(greeting=Inner(en="hello", ko="안녕"), steps=(1, 2))
    assert read_values(paths, Values) == Values(greeting=Inner(en="hi", ko="안녕"), steps=(3,))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("greeting: {en: a}\nsteps: ]\n", r"0\.yaml:2: not YAML: "),
        ("greeting: {en: 1}", r"0\.yaml: greeting\.en: Input should be a valid string"),
        ("greeting: {en: a, fr: b}", r"0\.yaml: greeting\.fr: .*known: en, ko"),
        ("steps: [1]", r"0\.yaml: greeting: Field required"),
        ("- a", r"0\.yaml: no keys found; keys with their values expected"),
        ("", r"0\.yaml: no keys found"),
        ("[" * 200, r"0\.yaml: can't be read as YAML: nested too deeply"),
    ],
)
def test_a_wrong_file_is_refused_by_line_or_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        read_values(_files(tmp_path, text), Values)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: can't be read: No such file"):
        read_values([tmp_path / "none.yaml"], Values)


def test_a_bundle_keeps_its_values_whatever_comes_along(tmp_path: Path) -> None:
    values = Values(greeting=Inner(en="hello"), steps=(1,))
    (along,) = _files(tmp_path, "greeting: {en: changed since}")
    bundle = _bundle(tmp_path, values=values.model_dump(mode="json"))
    assert kept_values(bundle, "values.json", Values, default=along) == values
    assert kept_values(bundle, "before.json", Values, default=along).greeting.en == "changed since"


@pytest.mark.parametrize("value", [{}, {"greeting": {"en": 1}}, {"greeting": {"en": "a"}, "more": 1}, [], None, "x"])
def test_damaged_values_are_a_damaged_bundle(tmp_path: Path, value: object) -> None:
    bundle = _bundle(tmp_path, values=value)
    with pytest.raises(BundleError, match=r"values\.json.*train it again"):
        kept_values(bundle, "values.json", Values, default=tmp_path)
