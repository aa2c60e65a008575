from nlpbot.core.text.tokenizer import CharacterTokenizer, WordTokenizer
from nlpbot.generation import GeneratedToken
from nlpbot.generation.pieces import text_after, text_pieces


def test_a_word_after_a_word_brings_the_space_between_them():
    words = WordTokenizer.train(["a word and another"])
    assert text_after(words, words.encode("a"), words.encode("word and")) == " word and"


def test_the_bytes_of_a_character_become_text_only_together():
    characters = CharacterTokenizer.train(["abc"])
    context, ids = characters.encode("a"), characters.encode("한")
    assert len(ids) == 3
    assert text_after(characters, context, ids) == "한"
    assert text_after(characters, context, ids[:-1]).endswith("\ufffd")


def pieces(tokenizer, text, *, last, ends_in_space=False):
    tokens = [GeneratedToken(token, 0.0) for token in tokenizer.encode(text)]
    found = list(text_pieces(tokenizer, tokens, last=tokenizer.encode(last)[-1], ends_in_space=ends_in_space))
    assert [token for piece in found for token in piece.tokens] == tokens
    return [piece.text for piece in found]


def test_a_piece_is_held_back_until_its_character_is_whole():
    characters = CharacterTokenizer.train(["abc"])
    assert pieces(characters, "a한b", last="c") == ["a", "한", "b"]


def test_what_never_became_a_character_comes_in_the_end():
    characters = CharacterTokenizer.train(["abc"])
    cut = [GeneratedToken(token, 0.0) for token in characters.encode("a한")[:-1]]
    *_, last = text_pieces(characters, cut, last=characters.encode("c")[-1], ends_in_space=False)
    assert len(last.tokens) == 2
    assert last.text.endswith("\ufffd")


def test_a_space_that_ends_a_prompt_is_not_said_twice():
    words = WordTokenizer.train(["a word and another"])
    assert pieces(words, "word and", last="a") == [" word", " and"]
    assert pieces(words, "word and", last="a", ends_in_space=True) == ["word", " and"]
