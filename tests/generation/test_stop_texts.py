import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, WordTokenizer
from nlpbot.generation import GeneratedToken, Prompt, Sampling
from nlpbot.generation.pieces import Piece
from nlpbot.generation.stop_texts import StopTexts


def cut(stops, texts):
    """The pieces that come out, and whether a stop text came."""
    text = StopTexts(stops).cut(Piece(text, (GeneratedToken(place, 0.0),)) for place, text in enumerate(texts))
    pieces = [piece.text for piece in text]
    return pieces, text.stopped


@pytest.mark.parametrize(
    ("stops", "texts", "expected", "stopped"),
    [
        ([], ["a", "b"], ["a", "b"], False),
        (["c"], ["a", "b"], ["a", "b"], False),
        (["b"], ["a", "b", "c"], ["a"], True),
        (["bc"], ["abcd"], ["a"], True),
        (["bc"], ["a", "b", "c", "d"], ["a"], True),
        (["bc"], ["a", "b", "b", "c"], ["a", "b"], True),
        (["bd"], ["a", "b", "c"], ["a", "b", "c"], False),
        (["bc"], ["a", "b"], ["a", "b"], False),
        (["cd", "b"], ["a", "bcd"], ["a"], True),
        (["a"], ["a", "b"], [], True),
        (["aab"], ["a", "a", "a", "b"], ["a"], True),
        (["b"], ["", "a", "", "b"], ["", "a", ""], True),
    ],
)
def test_a_text_ends_before_a_stop_text(stops, texts, expected, stopped):
    assert cut(stops, texts) == (expected, stopped)


@given(st.lists(st.text("ab", max_size=3), max_size=8), st.lists(st.text("ab", min_size=1, max_size=3), max_size=3))
def test_however_it_is_cut_into_pieces_the_text_ends_at_the_same_place(texts, stops):
    whole = "".join(texts)
    places = [whole.find(stop) for stop in stops if stop in whole]
    pieces, stopped = cut(stops, texts)
    # A stop text that is whole in an earlier piece counts, though another that began before it would have come later.
    assert stopped == bool(places)
    assert whole.startswith("".join(pieces))
    assert not any(stop in "".join(pieces) for stop in stops)
    if len(stops) == 1 and places:
        assert "".join(pieces) == whole[: places[0]]


def test_what_can_t_become_a_stop_text_is_not_held_back():
    read = []

    def source():
        for text in ("a", "x", "y", "b"):
            read.append(text)
            yield Piece(text, ())

    pieces = iter(StopTexts(["xyz"]).cut(source()))
    assert next(pieces).text == "a"
    assert read == ["a"]
    assert next(pieces).text == "x"
    assert read == ["a", "x", "y", "b"]


def test_the_tokens_of_a_cut_piece_stay_with_it():
    made = (GeneratedToken(7, -1.0),)
    assert list(StopTexts(["c"]).cut([Piece("bcd", made)])) == [Piece("b", made)]


@pytest.mark.parametrize(
    ("tokenizer", "text", "stop"),
    [
        (CharacterTokenizer.train(["abc"]), "abc한글", "한글"),
        (WordTokenizer.train(["a word and\nanother"]), "a word and\n", "and\n"),
        (WordTokenizer.train(["a word and\nanother"]), "word", " word"),
        (SubwordTokenizer.train(["hello hello hello"], size=280), "oh hello", " hello"),
    ],
)
@pytest.mark.parametrize("before", ["", "abc " * 50])
def test_the_end_of_what_was_made_is_looked_at(tokenizer, before, text, stop):
    prompt = Prompt(tuple(tokenizer.encode("a")), Sampling())
    made = [GeneratedToken(token, 0.0) for token in tokenizer.encode(before + text)]
    ends = StopTexts([stop]).condition(tokenizer, prompt)
    assert ends(made)
    assert not ends(made[:-1])
    assert StopTexts([]).condition(tokenizer, prompt) is None


def test_an_empty_stop_text_is_refused():
    for wrong in ([""], ["a", ""], "a"):
        with pytest.raises(ValueError, match="at least one character"):
            StopTexts(wrong)
