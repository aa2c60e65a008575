import pytest

from nlpbot.retrieval.config import MAX_EPOCHS, choose_settings


@pytest.mark.parametrize(("questions", "epochs", "batch"), [(1, MAX_EPOCHS, 64), (3000, 5, 64), (40_000, 1, 128)])
def test_little_data_is_read_more_often(questions, epochs, batch):
    train = choose_settings(questions, seed=4).train
    assert (train.epochs, train.batch_size) == (epochs, batch)
    assert choose_settings(questions, seed=4).seed == 4
