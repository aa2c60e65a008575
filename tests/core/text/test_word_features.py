import numpy as np
import pytest

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.word_features import WordFeatures

COUNTS = [{"parcel": 9, "where": 5, "is": 7, "rare": 1}, {"택배": 8, "언제": 4, "와요": 3}]


@pytest.fixture
def features():
    return WordFeatures.choose(COUNTS, words=3, parts=200, max_tokens=6)


def word(features, text):
    return features.of_word(text)


def test_the_most_frequent_words_of_each_language_are_known(features):
    assert features.words == ("parcel", "is", "where", "택배", "언제", "와요")


def test_a_korean_word_counts_without_its_particle(features):
    assert word(features, "택배가")[0] == word(features, "택배")[0] > 0


def test_a_typing_error_leaves_most_parts(features):
    number, parts = word(features, "parcell")
    assert number == 0
    assert len(set(parts) & set(word(features, "parcel")[1])) > len(parts) / 2


def test_korean_parts_are_of_letters_not_of_syllables(features):
    assert set(word(features, "택베")[1]) & set(word(features, "택배")[1])


def test_what_is_like_nothing_known_has_no_number(features):
    assert word(features, "zzz") == (0, (0,))


def test_marks_are_no_words_and_case_is_none(features):
    assert features.tokens("Where IS: my... Parcel?!") == ["where", "is", "my", "parcel"]


@pytest.mark.parametrize("text", ["", "?!", "   "])
def test_a_text_without_words_is_one_empty_word(features, text):
    batch = features.read([text])
    assert batch.lengths.tolist() == [1]
    assert batch.words.tolist() == [0]


def test_no_more_words_than_asked_are_read(features):
    assert len(features.tokens("a " * 100_000)) == 6


def test_each_word_of_a_batch_comes_once_with_its_parts(features):
    batch = features.read(["where is where", "parcel", "택배가 언제"])
    assert batch.lengths.tolist() == [3, 1, 2]
    assert batch.places[0].tolist()[0] == batch.places[0].tolist()[2]
    assert len(batch.words) == len(batch.starts) == 5
    ends = [*batch.starts.tolist()[1:], len(batch.parts)]
    told = ["where", "is", "parcel", "택배가", "언제"]
    for place, (start, end) in enumerate(zip(batch.starts.tolist(), ends, strict=True)):
        assert (batch.words[place], tuple(batch.parts[start:end].tolist())) == word(features, told[place])


def test_what_is_read_of_a_text_ends_with_the_last_word_that_counts(features):
    text = "one, two three four. five six seven eight"
    assert text[: features.characters_read(text)] == "one, two three four. five six"
    assert features.reading(2).characters_read(text) == len("one, two")
    assert features.characters_read("?!") == 0


def test_how_many_of_the_words_of_texts_are_known(features):
    assert features.known_fraction(["where is it", "택배가"]) == 0.75
    assert features.known_fraction([]) == 0


def test_features_come_back_from_json(features):
    again = WordFeatures.from_json(features.to_json())
    assert (again.words, again.parts, again.max_tokens) == (features.words, features.parts, 6)
    for ours, theirs in zip(again.read(["where is 택배"]), features.read(["where is 택배"]), strict=True):
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("value", [None, {}, {"words": 3, "parts": "", "max_tokens": 4}])
def test_damaged_features_are_refused(value):
    with pytest.raises(BundleError, match="words: damaged"):
        WordFeatures.from_json(value)
