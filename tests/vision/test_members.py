import dataclasses

import pytest
import torch

from nlpbot.vision import members
from nlpbot.vision.evaluate import accuracy
from nlpbot.vision.members import Member, NeighboursMember


def test_both_have_one_face(predictor, images):
    assert isinstance(predictor.member, Member)
    assert isinstance(NeighboursMember(images.train_images, images.train_labels, count=3), Member)


def test_neighbours_know_the_images_that_they_hold(images):
    near = NeighboursMember(images.train_images, images.train_labels, count=3)
    assert accuracy(near, images.train_images, images.train_labels) == 1.0
    wrong = dataclasses.replace(images, train_labels=(images.train_labels + 1) % 3)
    assert accuracy(near, wrong.train_images, wrong.train_labels) == 0.0


def test_neighbours_are_looked_for_among_the_first_images(images, monkeypatch):
    monkeypatch.setattr(members, "MOST_NEIGHBOURS", 1)
    near = NeighboursMember(images.train_images, images.train_labels, count=3)
    found = near.probabilities(images.test_images)
    assert found.shape == (30, 3)
    assert (found.argmax(axis=1) == int(images.train_labels[0])).all()


@pytest.mark.parametrize("kind", ["lenet5", "neighbours"])
def test_probabilities_sum_to_one(kind, predictor, images):
    near = NeighboursMember(images.train_images, images.train_labels, count=3)
    member = predictor.member if kind == "lenet5" else near
    torch.testing.assert_close(torch.from_numpy(member.probabilities(images.test_images)).sum(-1), torch.ones(30))
