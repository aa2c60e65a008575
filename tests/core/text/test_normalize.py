import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.text.normalize import MAX_CLUSTER, MAX_GROWTH, normalize, normalize_with_offsets

TRICKY = st.text(
    st.sampled_from("ab\u0301\u0323 \n\u200b\ufeff½…가\u1100\u1161\u11a8ﬁ\ufdfa１рс🙂\u00ad\u2028!") | st.characters(),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  plain \t text\r\n here ", "plain text here"),
        ("안녕하세요  여러분", "안녕하세요 여러분"),
        ("Ｆｒｅｅ　１００％", "Free 100%"),
        ("fr\u200bee\ufeff w\u00adin", "free win"),
        ("раypаl сom", "paypal com"),
        ("Αpple", "Apple"),
        ("привет", "привет"),  # a word with no Latin letter is what it seems
        ("cafe\u0301", "café"),
        ("\u1112\u1161\u11ab글", "한글"),
        ("ﬁne… ½", "fine... 1⁄2"),
        ("\u202eevil\u202c", "evil"),
        ("a\u0000b\ud800c", "abc"),
        ("\ufdfa", "\ufdfa"),
        ("🙂👍🏽", "🙂👍🏽"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_what_looks_alike_becomes_alike(text: str, expected: str) -> None:
    assert normalize(text) == expected


def test_piled_up_marks_are_cut() -> None:
    assert len(normalize("a" + "\u0335" * 5_000 + "b")) <= MAX_CLUSTER + 1
    assert normalize("a\u0301" * 3) == "á" * 3


@given(TRICKY)
def test_growth_is_bounded_and_nothing_invisible_is_left(text: str) -> None:
    normal = normalize(text)
    assert len(normal) <= MAX_GROWTH * len(text)
    assert normal == " ".join(normal.split())
    assert not [c for c in normal if unicodedata.category(c) in ("Cc", "Cf", "Cs")]


@given(TRICKY)
def test_every_character_knows_where_it_came_from(text: str) -> None:
    normal = normalize_with_offsets(text)
    assert normal.text == normalize(text)
    assert len(normal.offsets) == len(normal.text) + 1
    assert list(normal.offsets) == sorted(normal.offsets)
    assert normal.offsets[-1] <= len(text)
    for place in range(len(normal.text)):
        start, end = normal.original_span(place, place + 1)
        assert 0 <= start < end <= len(text)


@pytest.mark.parametrize(
    ("text", "found", "original"),
    [
        ("so  fr\u200bee  now", "free", "fr\u200bee"),
        ("go to раypal.com\n", "paypal.com", "раypal.com"),
        ("cost: ½ ", "1⁄2", "½"),
        ("cost: ½ ", "2", "½"),
        ("cost: ½ ", "1", "½"),
        ("지금\u3000바로 \n", "바로", "바로"),
        ("cafe\u0301 bar", "café", "cafe\u0301"),
    ],
)
def test_a_span_is_shown_in_the_original(text: str, found: str, original: str) -> None:
    normal = normalize_with_offsets(text)
    at = normal.text.index(found)
    start, end = normal.original_span(at, at + len(found))
    assert text[start:end].strip() == original


def test_an_empty_span_stays_empty() -> None:
    assert normalize_with_offsets("½ a").original_span(1, 1) == (0, 0)
