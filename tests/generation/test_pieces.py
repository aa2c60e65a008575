from nlpbot.core.text.tokenizer import CharacterTokenizer, WordTokenizer
from nlpbot.generation.pieces import text_after


def test_a_word_after_a_word_brings_the_space_between_them():
    words = WordTokenizer.train(["a word and another"])
    assert text_after(words, words.encode("a"), words.encode("word and")) == " word and"


def test_the_bytes_of_a_character_become_text_only_together():
    characters = CharacterTokenizer.train(["abc"])
    context, ids = characters.encode("a"), characters.encode("한")
    assert len(ids) == 3
    assert text_after(characters, context, ids) == "한"
    assert text_after(characters, context, ids[:-1]).endswith("\ufffd")
