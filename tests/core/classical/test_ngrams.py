import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from nlpbot.core.classical.ngrams import CHARACTER_NGRAMS, KINDS, TOKEN, NgramCounter, count_ngrams, letters

TEXTS = ["pay <amount> now", "Pay me now, now", "<url>에서 점심", "a", "🙂" * 30, "", "x" * 9 + "-y"]
LIBRARY_WORDS = CountVectorizer(lowercase=True, tokenizer=TOKEN.findall, token_pattern=None, ngram_range=(1, 2))
LIBRARY_CHARACTERS = CountVectorizer(preprocessor=letters, analyzer="char_wb", ngram_range=CHARACTER_NGRAMS)


ANY = st.lists(st.text(st.sampled_from("paynow <>_urlA🙂점심,-\n"), max_size=20), min_size=1, max_size=4)
both_kinds = pytest.mark.parametrize(
    ("kind", "library"), list(zip(KINDS, (LIBRARY_WORDS, LIBRARY_CHARACTERS), strict=True))
)


@both_kinds
@given(texts=ANY)
def test_the_counts_are_those_of_scikit_learn_at_first_and_again(kind, library, texts):
    library.fit(TEXTS)
    ours = NgramCounter(kind, library.vocabulary_)
    for some in (texts, [*texts, *TEXTS]):
        assert (ours.counts(some) != library.transform(some)).nnz == 0


@both_kinds
@given(texts=ANY)
def test_all_ngrams_are_those_of_scikit_learn(kind, library, texts):
    counts, ngrams = count_ngrams([*TEXTS, *texts], kind)
    expected = library.fit_transform([*TEXTS, *texts])
    assert sorted(ngrams) == library.get_feature_names_out().tolist()
    assert (counts[:, [ngrams.index(name) for name in sorted(ngrams)]] != expected).nnz == 0


def test_texts_without_known_ngrams_have_empty_rows():
    assert NgramCounter(KINDS[0], {"old": 0}).counts(["new", ""]).toarray().tolist() == [[0], [0]]
