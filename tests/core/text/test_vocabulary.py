import pytest

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.vocabulary import END, PAD, UNKNOWN, Vocabulary


def test_specials_come_first_then_the_most_frequent_and_ties_by_the_alphabet() -> None:
    counts = {"b": 2, "a": 2, "c": 5, "rare": 1, PAD: 9}
    vocabulary = Vocabulary.build(counts, specials=(PAD, UNKNOWN), max_size=5, min_count=2)
    assert vocabulary.tokens == (PAD, UNKNOWN, "c", "a", "b")
    assert Vocabulary.build(counts, max_size=2).tokens == (PAD, "c")


def test_ids_and_tokens_are_each_others_inverse() -> None:
    vocabulary = Vocabulary([PAD, UNKNOWN, END, "x"])
    assert [vocabulary.id_of(token) for token in vocabulary.tokens] == [0, 1, 2, 3]
    assert [vocabulary.token_of(index) for index in range(len(vocabulary))] == list(vocabulary.tokens)
    assert (vocabulary.pad_id, vocabulary.unknown_id, vocabulary.end_id) == (0, 1, 2)
    assert vocabulary.id_of("never seen") == 1
    assert "x" in vocabulary
    assert "y" not in vocabulary


def test_without_an_unknown_token_a_new_token_has_no_id() -> None:
    vocabulary = Vocabulary(["a"])
    assert vocabulary.id_of("b") is None
    assert (vocabulary.pad_id, vocabulary.unknown_id, vocabulary.end_id) == (0, None, None)


def test_vocabularies_are_equal_by_their_tokens() -> None:
    assert Vocabulary(["a", "b"]) == Vocabulary(("a", "b"))
    assert Vocabulary(["a", "b"]) != Vocabulary(["b", "a"])
    assert len({Vocabulary(["a"]), Vocabulary(["a"])}) == 1
    assert Vocabulary.from_json(Vocabulary(["a", "나"]).to_json()) == Vocabulary(["a", "나"])


@pytest.mark.parametrize("tokens", [[], ["a", "a"]])
def test_no_tokens_or_one_twice_is_a_mistake(tokens: list[str]) -> None:
    with pytest.raises(ValueError, match="at least one token, and none twice"):
        Vocabulary(tokens)


@pytest.mark.parametrize("value", [None, {}, "abc", [1], ["a", None], [], ["a", "a"]])
def test_a_damaged_vocabulary_is_refused(value: object) -> None:
    with pytest.raises(BundleError, match="vocabulary: "):
        Vocabulary.from_json(value)
