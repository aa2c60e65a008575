import io
import sys
from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, WordTokenizer
from nlpbot.generation.prompts import PROMPT_CHARACTERS, read_prompt, unseen


@pytest.mark.parametrize(
    ("tokenizer", "text", "notice"),
    [
        (CharacterTokenizer.train(["abc"]), "abc", None),
        (CharacterTokenizer.train(["abc"]), "a한b한🙂", "read as their UTF-8 bytes: the characters '한', '🙂'"),
        (CharacterTokenizer.train(["abc"], specials=["<unk>"], byte_fallback=False), "d", "read as <unk>: the char"),
        (WordTokenizer.train(["a cat"]), "a dog\nsat", "read as <unk>: the words 'dog', 'sat'"),
        (WordTokenizer.train(["a cat"]), "b c d e f g h", "the words 'b', 'c', 'd', 'e', 'f' and 2 more"),
        (WordTokenizer.train(["a cat"]), "a cat\n", None),
        (SubwordTokenizer.train(["a cat"], size=260), "한글", None),
    ],
)
def test_what_was_never_seen_is_named_once_each(tokenizer, text, notice):
    found = unseen(tokenizer, text)
    assert found is None if notice is None else notice in found


def test_a_prompt_comes_from_a_file_as_it_is_and_of_a_long_one_the_end(tmp_path):
    (tmp_path / "a.txt").write_text("한글\n and more \n", encoding="utf-8")
    assert read_prompt(tmp_path / "a.txt") == "한글\n and more \n"
    (tmp_path / "b.txt").write_text("a" * PROMPT_CHARACTERS + "bc", encoding="utf-8")
    assert read_prompt(tmp_path / "b.txt") == "a" * (PROMPT_CHARACTERS - 2) + "bc"


def test_a_prompt_comes_from_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO("한글 ".encode())))
    assert read_prompt(Path("-")) == "한글 "
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ab\xff")))
    with pytest.raises(DataError, match="standard input: not UTF-8 near byte 2"):
        read_prompt(Path("-"))
