import numpy as np
import pytest

from nlpbot.core.text.word_features import WordFeatures
from nlpbot.sentences.lessons import Lessons, Taught, _Pairs, lesson_batches


@pytest.fixture
def features(questions):
    words = {word: 1 for each in questions for text in each.wordings.values() for word in text.lower().split()}
    return WordFeatures.choose([words], words=200, parts=200, max_tokens=12)


@pytest.fixture
def taught(lessons):
    """Lessons whose texts have vectors that say which text it is."""
    pieces = ["the cat sat", "it slept all day", "on a mat it lay"]
    wordings = lessons.wordings.texts
    numbers = np.arange(len(pieces) + len(wordings), dtype=np.float16)[:, None]
    of_wordings = {"use": numbers[len(pieces) :], "e5": numbers[len(pieces) :]}
    return Lessons(Taught(pieces, {"use": numbers[: len(pieces)]}), lessons.questions, Taught(wordings, of_wordings))


def test_pairs_mean_the_same_and_are_not_the_same(questions):
    meaning = {text: each.meaning for each in questions for text in (each.answer, *each.wordings.values())}
    draws, rng = _Pairs(questions), np.random.default_rng(0)
    drawn = [pair for _ in range(30) for pair in draws.draw(4, rng)]
    assert all(meaning[asked] == meaning[meant] and asked != meant for asked, meant, _ in drawn)
    both = {(text.isascii(), other.isascii()) for text, other, _ in drawn}
    assert len(both) == 4  # either language, and across
    assert any(meant.endswith(".") for _, meant, _ in drawn)  # an answer


def test_a_batch_holds_pieces_with_their_teacher_and_pairs_with_all(taught, features):
    batches = lesson_batches(taught, features, pieces=2, pairs=3, seed=0)
    first, last = batches.epoch(0)
    assert len(batches) == 2
    assert len(first.order) == 2 + 2 * 3
    assert len(last.order) == 1 + 2 * 3
    assert first.meanings.shape == (3,)
    rows, vectors = first.taught["use"]
    assert rows.tolist() == list(range(8))
    assert (vectors[:2] < 3).all()
    assert (vectors[2:] >= 3).all()
    assert first.taught["e5"][0].tolist() == list(range(2, 8))


def test_texts_of_a_batch_stand_where_their_order_says(taught, features):
    (batch,) = lesson_batches(taught, features, pieces=3, pairs=1, seed=0).epoch(0)
    lengths = np.concatenate([words.lengths for words in batch.texts])[batch.order]
    texts = [*taught.pieces.texts, *taught.wordings.texts]
    told = [texts[int(number)] for number in batch.taught["use"][1][:, 0]]
    assert lengths.tolist() == [len(features.tokens(text)) for text in told]


def test_without_teachers_there_are_pairs_alone(lessons, features):
    batches = lesson_batches(lessons, features, pieces=2, pairs=3, seed=0)
    (first, *_) = batches.epoch(0)
    assert len(batches) == 3  # eight questions, three a batch
    assert first.taught == {}
    assert len(first.order) == 6


def test_the_same_seed_and_epoch_give_the_same_batches(taught, features):
    def orders(seed, epoch):
        batches = lesson_batches(taught, features, pieces=2, pairs=3, seed=seed).epoch(epoch)
        return [batch.taught["use"][1].tolist() for batch in batches]

    assert orders(1, 0) == orders(1, 0)
    assert orders(1, 0) != orders(1, 1)
