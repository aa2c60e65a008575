import torch
from torch import nn

from nlpbot.core.training import BestWeights


def set_to(model, value):
    with torch.no_grad():
        model.weight.fill_(value)


def test_the_weights_of_the_lowest_loss_come_back():
    model = nn.Linear(1, 1)
    best = BestWeights(model)
    for value, loss in ((1.0, 0.9), (2.0, 0.3), (3.0, 0.5)):
        set_to(model, value)
        assert best.update(loss)
    best.restore()
    assert (model.weight.item(), best.loss, best.since_best) == (2.0, 0.3, 1)


def test_patience_counts_updates_in_a_row_without_a_better_one():
    best = BestWeights(nn.Linear(1, 1), patience=2)
    assert [best.update(loss) for loss in (5.0, 5.0, 4.0, 4.5, 4.0)] == [True, True, True, True, False]


def test_a_loss_that_is_no_number_is_never_the_best():
    best = BestWeights(nn.Linear(1, 1), patience=2)
    assert [best.update(float("nan")) for _ in range(2)] == [True, False]
    assert best.tensors() == {}


def test_without_an_update_the_model_keeps_its_own():
    model = nn.Linear(1, 1)
    set_to(model, 4.0)
    BestWeights(model).restore()
    assert model.weight.item() == 4.0


def test_what_is_kept_is_a_copy():
    model = nn.Linear(1, 1)
    set_to(model, 1.0)
    best = BestWeights(model)
    best.update(1.0)
    set_to(model, 2.0)
    assert best.tensors()["weight"].item() == 1.0


def test_loading_goes_on_where_another_stopped():
    model = nn.Linear(1, 1)
    best = BestWeights(model, patience=3)
    best.load({"weight": torch.tensor([[7.0]]), "bias": torch.tensor([0.0])}, loss=1.0, since_best=1)
    assert [best.update(loss) for loss in (2.0, 2.0)] == [True, False]
    best.restore()
    assert model.weight.item() == 7.0
