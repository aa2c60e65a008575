import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from nlpbot.core.linear.ngrams import (
    CHARACTER_NGRAMS,
    TOKEN,
    WORD_NGRAMS,
    character_counter,
    letters,
    word_counter,
)

TEXTS = ["pay <amount> now", "Pay me now, now", "<url>에서 점심", "a", "🙂" * 30, "", "x" * 9 + "-y"]
WORDS = CountVectorizer(lowercase=True, tokenizer=TOKEN.findall, token_pattern=None, ngram_range=WORD_NGRAMS)
CHARACTERS = CountVectorizer(preprocessor=letters, analyzer="char_wb", ngram_range=CHARACTER_NGRAMS)


@pytest.mark.parametrize(("counter", "library"), [(word_counter, WORDS), (character_counter, CHARACTERS)])
@given(texts=st.lists(st.text(st.sampled_from("paynow <>_urlA🙂점심,-\n"), max_size=20), min_size=1, max_size=4))
def test_the_counts_are_those_of_scikit_learn_at_first_and_again(counter, library, texts):
    library.fit(TEXTS)
    ours = counter(library.vocabulary_)
    for some in (texts, [*texts, *TEXTS]):
        assert (ours.counts(some) != library.transform(some)).nnz == 0


def test_texts_without_known_ngrams_have_empty_rows():
    assert word_counter({"old": 0}).counts(["new", ""]).toarray().tolist() == [[0], [0]]
