import numpy as np
import pytest
import torch
from torch import nn

from nlpbot.classify.networks import scores_of_beginning, train_network
from nlpbot.core.training import ShuffledBatches, TrainSettings

CPU = torch.device("cpu")


def by_length(texts):
    return np.array([[float(len(text)), 0.0] for text in texts])


def finished(work):
    found = []

    def watched():
        found.append((yield from work))

    list(watched())
    return found[0]


def test_pieces_beyond_what_is_read_change_nothing():
    work = scores_of_beginning(by_length, "one two three", [(0, 3), (8, 13)], end=7, most=9)
    assert finished(work)[:, 0].tolist() == [len("two three"), len("one two three")]


def test_where_nothing_is_read_nothing_changes():
    assert finished(scores_of_beginning(by_length, "?!", [(0, 1)], end=0, most=9))[:, 0].tolist() == [2]


@pytest.mark.parametrize("measured", [True, False])
def test_a_network_is_trained_to_its_best_or_to_its_end(measured):
    torch.manual_seed(0)
    network, told = nn.Linear(2, 1), []

    def loss(model, batch, state):
        return model(batch).pow(2).mean(), state

    run = train_network(
        network,
        loss,
        ShuffledBatches(lambda _: [[0]], lambda rows, _: torch.ones(1, 2), count=1, seed=0),
        TrainSettings(epochs=20, learning_rate=0.05),
        CPU,
        recurrent=None,
        valid_loss=(lambda: float(loss(network, torch.ones(1, 2), None)[0].detach())) if measured else None,
        folder=None,
        progress=lambda done, total, text="": told.append(done),
    )
    assert told[-1] == run.steps == 20
    assert (run.valid_loss is not None) is measured
    assert float(network(torch.ones(1, 2)).detach().abs()) < 0.5
