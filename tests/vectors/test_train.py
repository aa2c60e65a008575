import tempfile

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.vectors.train import train_vectors

SETTINGS = Word2VecSettings(dim=6, epochs=2, min_count=1)


def test_what_was_read_is_told_and_nothing_is_left_behind(corpus, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    trained = train_vectors([corpus, corpus], SETTINGS)
    assert trained.tokens == 2 * 300 * 8
    assert trained.words_per_second > 0
    assert len(trained.predictor.vectors.words) == 12
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("subword", [True, False])
def test_letters_are_read_only_with_subwords(tmp_path, subword):
    (tmp_path / "a.txt").write_text("은행 대출 은행\n" * 20, encoding="utf-8")
    settings = SETTINGS.model_copy(update={"jamo": True, "subword": subword})
    vectors = train_vectors([tmp_path / "a.txt"], settings).predictor.vectors
    assert set(vectors.words) == {"은행", "대출"}
    assert (vectors.vector("은행장") is not None) is subword


def test_words_that_come_too_rarely_are_an_error(corpus):
    with pytest.raises(DataError, match="lower --min-count"):
        train_vectors([corpus], SETTINGS.model_copy(update={"min_count": 10_000}))
