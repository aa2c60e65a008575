"""What a bot says around its answers, from a file of one's own over those that come along."""

from pathlib import Path

import pytest

from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.core.bundles.values import read_values
from nlpbot.core.kernel.errors import ConfigError


def _read(folder: Path, text: str) -> Phrases:
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return read_values(phrase_files(folder / "mine.yaml"), Phrases)


def test_one_s_own_phrases_replace_those_that_come_along_one_by_one(tmp_path: Path) -> None:
    ours = read_values(phrase_files(), Phrases)
    mine = _read(tmp_path, "unknown_bare: {en: No idea!}\n")
    assert mine.unknown_bare.text("en") == "No idea!"
    assert mine.unknown_bare.text("ko") == ours.unknown_bare.text("ko")
    assert mine.greet_name == ours.greet_name


def test_the_file_that_comes_along_is_read_once() -> None:
    (default,) = phrase_files()
    assert phrase_files(default) == (default,)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("unkown: {en: a, ko: b}", r"mine\.yaml: unkown: .*known: tell_name, "),
        ("unsure: {en: 'Hm, {name}?'}", r"mine\.yaml: unsure: {name} is no placeholder of this phrase; none expected"),
        ("greet_name: {ko: '{nmae}'}", r"mine\.yaml: greet_name: {nmae} is no placeholder.*; {name} expected"),
        ("unsure: Hm?", r"mine\.yaml: unsure: "),
        ("unsure: {en: ''}", r"mine\.yaml: unsure\.en: String should have at least 1 character"),
    ],
)
def test_a_wrong_phrase_is_refused_by_its_key(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        _read(tmp_path, text)


def test_phrases_fill_in_what_they_are_made_for() -> None:
    phrases = read_values(phrase_files(), Phrases)
    for language in ("en", "ko"):
        for phrase in (phrases.tell_name, phrases.ask_name_known, phrases.greet_name):
            assert "Ann" in phrase.text(language, {"name": "Ann"})
        assert "what?" in phrases.ask_last_known.text(language, {"question": "what?"})
