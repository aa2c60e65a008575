import json
from typing import Any

import pytest

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.message_reader import MessageReader, TokenKind, mostly_hangul, plain
from nlpbot.core.text.vocabulary import PAD, UNKNOWN

TEXTS = ["Pay £50 at www.a.com now", "pay me now", "지금 300만원을 보내세요"]


def reader(tokens: TokenKind, max_tokens: int = 100) -> MessageReader:
    return MessageReader.train(TEXTS, tokens=tokens, size=400, min_count=1, max_tokens=max_tokens)


def test_plain_text_is_normal_and_lower_with_patterns_as_their_kind() -> None:
    assert plain("Ｐay\u200b £50  NOW") == "pay <amount> now"


@pytest.mark.parametrize(
    "text", ["pay £50 at www.a.com.", "지금 300만원을 보내세요", "call 020 7946 0018, code 482913"]
)
def test_what_was_read_reads_the_same(text: str) -> None:
    """Texts are read before a model is trained on them, and once more when it is asked."""
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize(
    ("texts", "korean"),
    [
        (["안녕하세요"], True),
        (["hello", "안녕하"], True),
        (["hello there my friend 안녕"], False),
        (["", "123"], False),
    ],
)
def test_korean_is_told_by_its_share_of_letters(texts: list[str], korean: bool) -> None:
    assert mostly_hangul(texts) is korean


def test_words_are_ids_and_new_words_are_unknown() -> None:
    words = reader("word")
    assert words.vocabulary.tokens[:2] == (PAD, UNKNOWN)
    found = [words.vocabulary.token_of(index) for index in words.encode("PAY $9, friend")]
    assert found == ["pay", "<amount>", UNKNOWN, UNKNOWN]


@pytest.mark.parametrize("tokens", ["word", "subword"])
def test_what_looks_alike_reads_alike_and_long_texts_are_cut(tokens: TokenKind) -> None:
    assert reader(tokens).encode("Ｐay\u200b me now") == reader(tokens).encode("pay  me now")
    assert reader(tokens, max_tokens=3).encode("pay me now please, friend") == reader(tokens).encode("pay me now")[:3]
    assert reader(tokens).encode("") == []


@pytest.mark.parametrize("tokens", ["word", "subword"])
@pytest.mark.parametrize(
    "text", ["pay me now please, friend", "지금 보내세요 지금 보내세요", "pay", "🙂🙂🙂🙂🙂🙂🙂", ""]
)
def test_what_stands_beyond_what_is_read_changes_nothing(tokens: TokenKind, text: str) -> None:
    short = reader(tokens, max_tokens=4)
    end = short.characters_read(text)
    assert short.encode_plain(text[:end] + " now" * (end < len(text))) == short.encode_plain(text)
    assert end <= len(text)


@pytest.mark.parametrize(("text", "end"), [("pay me now please, friend", 17), ("pay me", 6), ("", 0)])
def test_words_are_read_up_to_the_last_that_counts(text: str, end: int) -> None:
    assert reader("word", max_tokens=4).characters_read(text) == end


@pytest.mark.parametrize("tokens", ["word", "subword"])
def test_a_text_without_end_is_read_no_further_than_its_beginning(tokens: TokenKind) -> None:
    read = reader(tokens, max_tokens=4)
    assert read.encode_plain("now" * 100_000) == read.encode_plain("now" * 16)


@pytest.mark.parametrize("tokens", ["word", "subword"])
def test_a_saved_reader_reads_as_before(tokens: TokenKind) -> None:
    first = reader(tokens, max_tokens=4)
    again = MessageReader.from_json(json.loads(json.dumps(first.to_json())))
    assert again.vocabulary == first.vocabulary
    assert [again.encode(text) for text in (*TEXTS, "new 말")] == [first.encode(text) for text in (*TEXTS, "new 말")]


@pytest.mark.parametrize(
    "value",
    [
        None,
        {},
        {"max_tokens": 5},
        {"max_tokens": "five", "vocabulary": ["a"]},
        {"max_tokens": 5, "vocabulary": [1]},
        {"max_tokens": 5, "subwords": {}},
        {"max_tokens": 5, "subwords": "model"},
    ],
)
def test_a_damaged_reader_is_refused(value: Any) -> None:
    with pytest.raises(BundleError, match=r"(?s)^(tokens|tokenizer|vocabulary): .* train the bundle again"):
        MessageReader.from_json(value)
