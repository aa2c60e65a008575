import pytest
import torch

from nlpbot.core.images.batches import ImageBatches

IMAGES = torch.arange(10.0).view(10, 1, 1, 1).expand(10, 1, 4, 4).clone()
LABELS = torch.arange(10)


def test_an_epoch_holds_every_image_once_with_its_label() -> None:
    batches = ImageBatches(IMAGES, LABELS, batch_size=4, seed=0)
    found = list(batches.epoch(0))
    assert [len(labels) for _, labels in found] == [4, 4, 2]
    assert len(batches) == 3
    assert sorted(torch.cat([labels for _, labels in found]).tolist()) == list(range(10))
    assert all(torch.equal(images[:, 0, 0, 0], labels.float()) for images, labels in found)


def test_each_epoch_has_an_order_of_its_own_that_repeats_with_the_seed() -> None:
    def order(seed: int, epoch: int) -> list[int]:
        batches = ImageBatches(IMAGES, LABELS, batch_size=10, seed=seed)
        return next(batches.epoch(epoch))[1].tolist()

    assert order(0, 1) == order(0, 1)
    assert len({tuple(order(seed, epoch)) for seed in (0, 1) for epoch in (0, 1)}) == 4


def shifted(images: torch.Tensor, *, shift: int, batch_size: int, epoch: int = 0) -> torch.Tensor:
    batches = ImageBatches(images, torch.arange(len(images)), batch_size=batch_size, seed=0, shift=shift)
    moved, labels = zip(*batches.epoch(epoch), strict=True)
    return torch.cat(moved)[torch.cat(labels).argsort()]


def dots(count: int) -> torch.Tensor:
    """Return images that are empty but for the point in their middle."""
    images = torch.zeros(count, 1, 5, 5)
    images[:, 0, 2, 2] = 1
    return images


@pytest.mark.parametrize("batch_size", [1, 60])
def test_each_image_of_a_batch_is_shifted_by_itself(batch_size: int) -> None:
    images = dots(60)
    places = {tuple(place) for place in shifted(images, shift=1, batch_size=batch_size).nonzero()[:, 2:].tolist()}
    assert places == {(row, column) for row in (1, 2, 3) for column in (1, 2, 3)}
    assert torch.equal(images, dots(60))


def test_what_is_shifted_out_of_a_picture_does_not_come_back_on_the_other_side() -> None:
    edge = torch.zeros(60, 2, 4, 6)
    edge[:, :, :, 0] = torch.tensor([1.0, 2.0])[:, None]
    moved = shifted(edge, shift=2, batch_size=60)
    assert (moved[:, :, :, 3:] == 0).all()
    assert {tuple(image[:, 2].max(dim=-1).values.tolist()) for image in moved} >= {(0.0, 0.0), (1.0, 2.0)}
    assert (moved[:, 1] == 2 * moved[:, 0]).all()


def test_shifts_repeat_with_the_epoch_and_differ_from_one_to_another() -> None:
    first, again, other = (shifted(dots(60), shift=2, batch_size=16, epoch=epoch) for epoch in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
