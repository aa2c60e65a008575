from dataclasses import replace

import pytest
import torch

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.nn import LeNet5Shape
from nlpbot.core.training import TrainSettings
from nlpbot.vision.config import VisionSettings
from nlpbot.vision.train import train_vision

CPU = torch.device("cpu")


def quick(**given):
    return VisionSettings(
        **{
            "network": LeNet5Shape(kernel=3),
            "neighbours": False,
            "train": TrainSettings(steps=4, batch_size=16),
            **given,
        }
    )


def test_lenet_learns_the_shapes_and_says_how_well_beside_its_baseline(images, settings):
    told = []
    trained = train_vision(images, settings, CPU, progress=lambda done, total, text="": told.append((done, total)))
    assert trained.predictor.model == "lenet5"
    assert trained.candidates["lenet5"].accuracy == trained.candidates["lenet5"].valid_accuracy == 1.0
    assert trained.run.train_loss < 0.1
    assert 0.9 < trained.candidates["neighbours"].accuracy <= 1.0
    assert trained.protocol == "81 images trained on, 9 held back to choose on, 30 tested on; seed 0"
    assert trained.run.steps == 100
    assert told[-1] == (100, 100)


def test_the_textbooks_softmax_regression_learns_the_bundled_digits(tmp_path):
    from nlpbot.vision.data import load_images

    settings = quick(
        model="softmax",
        network=LeNet5Shape(),
        summed_loss=True,
        train=TrainSettings(
            steps=150, batch_size=100, optimizer="sgd", learning_rate=0.01, weight_decay=0.0, clip=1e9,
            schedule="constant",
        ),
    )  # fmt: skip
    trained = train_vision(load_images(settings, tmp_path), settings, CPU)
    assert trained.candidates["softmax"].accuracy > 0.9
    assert trained.candidates.keys() == {"softmax"}


def test_a_summed_loss_is_that_of_the_whole_batch(images):
    single = TrainSettings(steps=1, batch_size=30)
    summed = train_vision(images, quick(summed_loss=True, train=single), CPU).run.train_loss
    assert summed == pytest.approx(30 * train_vision(images, quick(train=single), CPU).run.train_loss, rel=1e-4)


@pytest.mark.parametrize(
    "given",
    [{}, {"shift": 2}, {"network": LeNet5Shape(kernel=3, dropout=0.5)}, {"model": "softmax", "network": LeNet5Shape()}],
)
def test_the_same_seed_gives_the_same_weights(images, given):
    def weights(seed):
        return train_vision(images, quick(seed=seed, **given), CPU).predictor.member.network.state_dict()

    first, again, other = weights(0), weights(0), weights(1)
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)


def test_neighbours_are_served_where_they_do_better_on_images_held_back(images, settings):
    untrained = settings.model_copy(update={"train": TrainSettings(steps=1, learning_rate=1e-9)})
    trained = train_vision(images, untrained, CPU)
    assert trained.predictor.model == "neighbours"
    valid = {kind: candidate.valid_accuracy for kind, candidate in trained.candidates.items()}
    assert valid["neighbours"] > valid["lenet5"]


def test_the_choice_is_made_on_images_held_back_and_not_on_test_images(images, settings):
    mislabelled = replace(images, test_labels=(images.test_labels + 1) % 3)
    trained = train_vision(mislabelled, settings, CPU)
    assert trained.predictor.model == "lenet5"
    assert trained.candidates["lenet5"].valid_accuracy == 1.0
    assert trained.candidates["lenet5"].accuracy == 0.0


def test_nothing_is_held_back_where_there_is_nothing_to_choose(images):
    trained = train_vision(images, quick(), CPU)
    assert trained.protocol == "90 images trained on, 30 tested on; seed 0"
    assert trained.candidates["lenet5"].valid_accuracy is None


def test_images_too_small_for_the_filters_are_refused(images):
    with pytest.raises(ConfigError, match="vision: images of 8 pixels are too small for filters of 5"):
        train_vision(images, quick(network=LeNet5Shape(kernel=5)), CPU)
