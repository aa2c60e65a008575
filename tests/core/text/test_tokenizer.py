import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.tokenizer import (
    CharacterTokenizer,
    SubwordTokenizer,
    Tokenizer,
    WordTokenizer,
    tokenizer_from_json,
)
from nlpbot.core.text.vocabulary import END, PAD, UNKNOWN

CORPUS = ["the cat sat on the mat", "안녕하세요, 반갑습니다!\n", "don't  stop\t🙂 e\u0301", "the the the"]
CHARACTERS = CharacterTokenizer.train(CORPUS, specials=(PAD,))
SUBWORDS = {
    "bpe": SubwordTokenizer.train(CORPUS, size=300, specials=(PAD, END)),
    "unigram": SubwordTokenizer.train(CORPUS, size=300, algorithm="unigram"),
}
EXACT = [CHARACTERS, *SUBWORDS.values()]


@pytest.mark.parametrize("tokenizer", EXACT, ids=["character", "bpe", "unigram"])
@given(text=st.text(max_size=30) | st.text(st.sampled_from(" \t\n\r\u3000the안녕<0x41>🙂\u0301\ufffd\0"), max_size=30))
def test_characters_and_subwords_give_any_unicode_back_exactly(tokenizer: Tokenizer, text: str) -> None:
    ids = tokenizer.encode(text)
    assert tokenizer.decode(ids) == text
    assert all(0 <= index < len(tokenizer.vocabulary) for index in ids)


@given(st.text(max_size=40) | st.text(st.sampled_from("ab \n\t가"), max_size=40))
def test_words_come_back_up_to_white_space(text: str) -> None:
    tokenizer = WordTokenizer.train([text])
    lines = (" ".join(line.split()) for line in text.split("\n"))
    assert tokenizer.decode(tokenizer.encode(text)) == "\n".join(lines)


def test_words_never_seen_are_unknown() -> None:
    tokenizer = WordTokenizer.train(["a a b\n"], max_size=3)
    assert tokenizer.vocabulary.tokens == (UNKNOWN, END, "a")
    assert tokenizer.decode(tokenizer.encode("a b\na")) == f"a {UNKNOWN}\na"


@pytest.mark.parametrize(
    ("split", "lower", "expected"),
    [
        ("space", False, ["Don’t", "stop,", "<url>!", END]),
        ("punctuation", True, ["don’t", "stop", ",", "<url>", "!", END]),
    ],
)
def test_words_are_cut_as_asked(split: Literal["space", "punctuation"], lower: bool, expected: list[str]) -> None:
    assert WordTokenizer.train([], split=split, lower=lower).words("Don’t  stop, <url>!\n") == expected


def test_frequent_pieces_become_one_subword() -> None:
    tokenizer = SUBWORDS["bpe"]
    assert len(tokenizer.encode("the")) == 1
    assert len(tokenizer.vocabulary) <= 302
    assert tokenizer.vocabulary.tokens[:2] == (PAD, END)


def test_specials_are_left_out_of_text() -> None:
    for tokenizer in (CHARACTERS, SUBWORDS["bpe"]):
        assert tokenizer.decode([0, *tokenizer.encode("cat"), 0]) == "cat"


def test_a_character_never_seen_is_bytes_or_unknown_or_refused() -> None:
    plain = CharacterTokenizer.train(["hi"], byte_fallback=False)
    with pytest.raises(ValueError, match="'가' is not among the 2 symbols"):
        plain.encode("가")
    unknown = CharacterTokenizer.train(["hi"], byte_fallback=False, specials=(UNKNOWN,))
    assert unknown.encode("h가") == [1, 0]
    assert len(CHARACTERS.encode("힣")) == 3
    assert CHARACTERS.decode(CHARACTERS.encode("힣")[:2]) == "\ufffd"


@pytest.mark.parametrize("tokenizer", EXACT, ids=["character", "bpe", "unigram"])
def test_half_a_surrogate_pair_becomes_a_question_mark(tokenizer: Tokenizer) -> None:
    assert tokenizer.decode(tokenizer.encode("a\ud83db")) == "a?b"


@pytest.mark.parametrize("tokenizer", [*EXACT, WordTokenizer.train(CORPUS, split="punctuation", lower=True)])
def test_a_saved_tokenizer_reads_as_before(tokenizer: Tokenizer) -> None:
    again = tokenizer_from_json(tokenizer.to_json())
    assert type(again) is type(tokenizer)
    assert again.vocabulary == tokenizer.vocabulary
    for text in (*CORPUS, "Never seen 한글\n"):
        assert again.encode(text) == tokenizer.encode(text)


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"kind": "sentence"},
        {"kind": ["word"]},
        {"kind": "character"},
        {"kind": "word", "vocabulary": ["a"], "split": "space"},
        {"kind": "word", "vocabulary": ["a"], "split": "none", "lower": False},
        {"kind": "word", "vocabulary": "abc", "split": "space", "lower": False},
        {"kind": "subword", "model": "{}", "specials": []},
        {"kind": "subword", "model": None, "specials": []},
        {"kind": "subword", "model": SUBWORDS["bpe"].to_json()["model"], "specials": [PAD, PAD]},
    ],
)
def test_a_damaged_tokenizer_is_refused(value: Any) -> None:
    with pytest.raises(BundleError, match=r"^(tokenizer|vocabulary): .*"):
        tokenizer_from_json(value)


MEMORY = Path("/proc/self/mem")
PROGRAM = """
import sys
from random import Random
from nlpbot.core.text.tokenizer import SubwordTokenizer
made = SubwordTokenizer.train(["some words to learn pieces from"] * 3, size=300, algorithm=sys.argv[1])
tokenizer = SubwordTokenizer.from_json(made.to_json())
letters = Random(0)
backwards = ["".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=20)) for _ in range(100)]
for word in backwards:
    tokenizer.encode(f"my {word[::-1]} is secret")
for number in range(3000):  # so that what was let go of is written over
    tokenizer.encode(f"other words {number} in between, {number * number}")
found = set()
with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
    for line in maps:
        place, mode, *_, name = line.split()
        if mode.startswith("rw") and (name == "[heap]" or not name.startswith("[")):
            start, end = (int(address, 16) for address in place.split("-"))
            memory.seek(start)
            content = memory.read(end - start)[::-1]
            found.update(word for word in backwards if word.encode() in content)
print(len(found))
"""


@pytest.mark.skipif(not MEMORY.exists(), reason="memory can be read on Linux alone")
@pytest.mark.parametrize("algorithm", ["bpe", "unigram"])
def test_words_that_were_read_are_not_kept(algorithm: str) -> None:
    found = subprocess.run([sys.executable, "-c", PROGRAM, algorithm], capture_output=True, text=True, check=True)
    assert int(found.stdout) < 10
