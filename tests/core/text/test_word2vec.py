import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from nlpbot.core.bundles.bundle import BundleDraft, open_bundle
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text import sentences
from nlpbot.core.text.sentences import SentenceFiles, write_sentences
from nlpbot.core.text.word2vec import train_word2vec, vectors_of_tokens
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.text.words import jamo_of

ANIMALS, MONEY = ["cat", "dog", "hen", "cow", "pig", "fox"], ["bank", "loan", "cash", "debt", "coin", "bill"]
KOREAN = ["은행", "대출", "현금", "이자"]
SMALL = {"dim": 12, "epochs": 20, "min_count": 1, "sample": 0.0}
Write = Callable[..., SentenceFiles]


def corpus(*topics: list[str]) -> list[list[str]]:
    rng = random.Random(1)
    return [[rng.choice(topic) for _ in range(8)] for _ in range(120) for topic in topics]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*topics: list[str], jamo: bool = False) -> SentenceFiles:
        return write_sentences([" ".join(words) + "\n" for words in corpus(*topics)], tmp_path, jamo=jamo)

    return written


@pytest.mark.parametrize("subword", [False, True])
@pytest.mark.parametrize("workers", [1, 2])
def test_words_of_one_topic_become_neighbours(write: Write, subword: bool, workers: int) -> None:
    settings = Word2VecSettings(**SMALL, subword=subword, workers=workers)
    for source in (write(ANIMALS, MONEY), corpus(ANIMALS, MONEY)):
        vectors = train_word2vec(source, settings)
        assert {word for word, _ in vectors.neighbours("cat", 5)} == set(ANIMALS) - {"cat"}


def test_a_seed_repeats_and_another_differs(write: Write) -> None:
    files = write(ANIMALS)
    first, again, other = (train_word2vec(files, Word2VecSettings(**SMALL, seed=seed)) for seed in (3, 3, 4))
    assert np.array_equal(first.matrix, again.matrix)
    assert not np.allclose(first.matrix, other.matrix)


def test_progress_goes_to_the_end_and_tells_words_a_second(write: Write) -> None:
    files = write(ANIMALS)
    told: list[tuple[float, float, str]] = []
    train_word2vec(files, Word2VecSettings(**SMALL | {"epochs": 2}), progress=lambda *args: told.append(args))
    assert [(done, total) for done, total, _ in told] == [(files.words, 2 * files.words), (2 * files.words,) * 2]
    assert told[0][2].startswith("epoch 1 of 2")
    assert told[0][2].endswith("words a second")


def test_training_file_by_file_is_gensims_own_on_one_file(write: Write) -> None:
    from gensim.models import Word2Vec

    files = write(ANIMALS, MONEY)
    ours = train_word2vec(files, Word2VecSettings(**SMALL, seed=3))
    theirs = Word2Vec(
        corpus_file=str(files.parts[0]), vector_size=12, epochs=20, min_count=1, sample=0, sg=1, seed=4, workers=1
    )
    assert ours.words == tuple(theirs.wv.index_to_key)
    assert np.allclose(ours.matrix, theirs.wv.vectors, atol=1e-3)


@pytest.mark.parametrize("subword", [False, True])
def test_how_a_corpus_is_cut_into_files_hardly_matters(
    write: Write, monkeypatch: pytest.MonkeyPatch, subword: bool
) -> None:
    settings = Word2VecSettings(**SMALL, subword=subword, learning_rate=0.05)
    whole = train_word2vec(write(ANIMALS, MONEY), settings)
    monkeypatch.setattr(sentences, "PART_WORDS", 500)
    cut = train_word2vec(write(ANIMALS, MONEY), settings)
    assert cut.words == whole.words
    assert np.allclose(cut.unit @ cut.unit.T, whole.unit @ whole.unit.T, atol=0.1)
    if subword:
        assert np.allclose(cut.vector("cats"), whole.vector("cats"), atol=0.1)


def test_a_higher_learning_rate_moves_vectors_further(write: Write) -> None:
    files = write(ANIMALS)
    slow, quick = (
        train_word2vec(files, Word2VecSettings(**SMALL | {"epochs": 1}, learning_rate=rate)) for rate in (0.001, 0.05)
    )
    assert np.linalg.norm(quick.matrix) > 1.5 * np.linalg.norm(slow.matrix)


def test_a_corpus_in_several_files_is_read_whole_in_every_epoch(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PART_WORDS", 500)
    files = write(ANIMALS, MONEY)
    told: list[float] = []
    vectors = train_word2vec(files, Word2VecSettings(**SMALL), progress=lambda done, total, text: told.append(done))
    assert len(files.parts) == 4
    assert len(told) == 20 * 4
    assert told[-1] == 20 * files.words
    assert {word for word, _ in vectors.neighbours("cat", 5)} == set(ANIMALS) - {"cat"}


def test_counts_go_down_and_rare_words_have_no_vector(write: Write) -> None:
    files = write(ANIMALS)
    vectors = train_word2vec(files, Word2VecSettings(**SMALL))
    assert dict(zip(vectors.words, vectors.counts)) == files.counts
    assert list(vectors.counts) == sorted(vectors.counts, reverse=True)
    most = vectors.counts[0]
    kept = train_word2vec(files, Word2VecSettings(**SMALL | {"min_count": most}))
    assert kept.words == tuple(word for word, count in files.counts.items() if count >= most)
    for source in (files, corpus(ANIMALS)):
        with pytest.raises(DataError, match="no word comes 9999 times; lower --min-count"):
            train_word2vec(source, Word2VecSettings(**SMALL | {"min_count": 9999}))


def test_tokens_of_encoded_texts_have_vectors_even_if_they_come_once() -> None:
    vectors = vectors_of_tokens([[0, 1, 1], [1, 2]], ["a", "b", "c"], Word2VecSettings(dim=4, min_count=5))
    assert sorted(vectors.words) == ["a", "b", "c"]


def test_a_word_never_seen_has_the_vector_that_gensim_gives_it() -> None:
    from gensim.models import FastText

    settings = Word2VecSettings(**SMALL, subword=True, buckets=500)
    vectors = train_word2vec(corpus(ANIMALS), settings)
    model = FastText(
        corpus(ANIMALS), vector_size=12, epochs=20, min_count=1, sample=0, sg=1, bucket=500, seed=1, workers=1
    )
    assert "cats" not in vectors
    assert np.allclose(vectors.vector("cats"), model.wv["cats"], atol=1e-6)
    assert np.allclose(vectors.vector("cat"), model.wv["cat"], atol=1e-6)


def test_korean_letters_make_n_grams_and_words_stay_syllables(write: Write) -> None:
    vectors = train_word2vec(write(KOREAN, jamo=True), Word2VecSettings(**SMALL, subword=True))
    assert set(vectors.words) == set(KOREAN)
    grams = np.arange(200, dtype=np.float32).reshape(100, 2)
    letters, syllables = (WordVectors(["a"], grams[:1], [1], ngrams=grams, jamo=jamo) for jamo in (True, False))
    assert np.array_equal(letters.vector("은행을"), syllables.vector(jamo_of("은행을")))
    assert not np.array_equal(letters.vector("은행을"), syllables.vector("은행을"))


@pytest.mark.parametrize("subword", [False, True])
def test_saved_vectors_come_back_the_same(write: Write, tmp_path: Path, subword: bool) -> None:
    vectors = train_word2vec(write(KOREAN, jamo=subword), Word2VecSettings(**SMALL, subword=subword, buckets=100))
    draft = BundleDraft.start(tmp_path / "out")
    assert vectors.save(draft) == {"dim": 12, "words": 4, "subword": subword, "bits": 32}
    draft.finish(Manifest(kind="vectors"))
    loaded = WordVectors.load(open_bundle(tmp_path / "out", kind="vectors"))
    assert (loaded.words, loaded.counts, loaded.subword) == (vectors.words, vectors.counts, subword)
    assert np.array_equal(loaded.matrix, vectors.matrix)
    assert subword is (loaded.vector("은행에서") is not None)
    if subword:
        assert np.array_equal(loaded.vector("은행에서"), vectors.vector("은행에서"))
