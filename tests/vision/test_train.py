import pytest
import torch

from nlpbot.core.errors import ConfigError
from nlpbot.core.training import TrainSettings
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.train import train_vision

CPU = torch.device("cpu")


def quick(**given):
    return VisionSettings(**{"kernel": 3, "neighbours": False, "train": TrainSettings(steps=4, batch_size=16), **given})


def test_lenet_learns_the_shapes_and_says_how_well_beside_its_baseline(images, settings):
    told = []
    trained = train_vision(images, settings, CPU, progress=lambda done, total, text="": told.append((done, total)))
    assert trained.accuracy == 1.0
    assert trained.train_loss < 0.1
    assert trained.baseline is not None
    assert 0.9 < trained.baseline <= 1.0
    assert trained.steps == 60
    assert told[-1] == (60, 60)


def test_the_textbooks_softmax_regression_learns_the_bundled_digits(tmp_path):
    from nlpbot.vision.data import load_images

    settings = quick(
        model="softmax",
        summed_loss=True,
        train=TrainSettings(
            steps=150, batch_size=100, optimizer="sgd", learning_rate=0.01, weight_decay=0.0, clip=1e9,
            schedule="constant",
        ),
    )  # fmt: skip
    assert train_vision(load_images(settings, tmp_path), settings, CPU).accuracy > 0.9


def test_a_summed_loss_is_that_of_the_whole_batch(images):
    single = TrainSettings(steps=1, batch_size=30)
    summed = train_vision(images, quick(summed_loss=True, train=single), CPU).train_loss
    assert summed == pytest.approx(30 * train_vision(images, quick(train=single), CPU).train_loss, rel=1e-4)


@pytest.mark.parametrize("given", [{}, {"shift": 2}, {"dropout": 0.5}, {"model": "softmax"}])
def test_the_same_seed_gives_the_same_weights(images, given):
    def weights(seed):
        return train_vision(images, quick(seed=seed, **given), CPU).predictor.network.state_dict()

    first, again, other = weights(0), weights(0), weights(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_images_too_small_for_the_filters_are_refused(images):
    with pytest.raises(ConfigError, match="vision: images of 8 pixels are too small for filters of 5"):
        train_vision(images, quick(kernel=5), CPU)
