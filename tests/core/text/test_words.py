from hypothesis import example, given
from hypothesis import strategies as st

from nlpbot.core.text.message_reader import plain
from nlpbot.core.text.words import jamo_of, joined, parts_of, word_texts, words_of

TEXTS = st.text(st.sampled_from("aB1 '’.,!½…가나\u200b\u0301$/w\n") | st.characters(), max_size=40)


def test_words_are_lower_case_with_signs_apart_and_patterns_as_their_kind() -> None:
    text = "Don’t pay ￡50, visit WWW.A.com\nＮＯＷ! "
    assert [word.text for word in words_of(text)] == ["don’t", "pay", "<amount>", ",", "visit", "<url>", "now", "!"]
    found = [text[word.start : word.end].strip() for word in words_of(text)]
    assert found == ["Don’t", "pay", "￡50", ",", "visit", "WWW.A.com", "ＮＯＷ", "!"]


def test_korean_words_keep_their_endings() -> None:
    assert [word.text for word in words_of("계좌로 300만원을 보내세요.")] == [
        "계좌로",
        "<amount>",
        "을",
        "보내세요",
        ".",
    ]


@given(TEXTS)
def test_every_word_stands_somewhere_in_the_original(text: str) -> None:
    words = words_of(text)
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


@given(TEXTS)
def test_the_quick_way_finds_the_same_words(text: str) -> None:
    assert word_texts(text) == [word.text for word in words_of(text)]


@example("pay $5 at www.a.com.")
@given(TEXTS)
def test_words_know_their_place_in_the_text_that_models_read(text: str) -> None:
    words, read = words_of(text), plain(text)
    assert joined(words) == read
    assert [read[word.at :][: len(word.text)] for word in words] == [word.text for word in words]


def test_syllables_are_taken_apart() -> None:
    assert jamo_of("한a") == "\u1112\u1161\u11aba"


def test_parts_of_a_word_are_of_three_to_five_letters_and_know_its_ends() -> None:
    assert list(parts_of("code")) == ["<co", "cod", "ode", "de>", "<cod", "code", "ode>", "<code", "code>"]
    assert "<" + jamo_of("가") in parts_of("가요")
    assert max(map(len, parts_of("a" * 4_000))) == 5
    assert len(list(parts_of("a" * 4_000))) < 100
