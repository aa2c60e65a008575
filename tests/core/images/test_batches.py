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


def test_shifted_images_keep_their_ink() -> None:
    dots = torch.zeros(30, 1, 5, 5)
    dots[:, 0, 2, 2] = 1
    places = set()
    for images, _ in ImageBatches(dots, torch.zeros(30, dtype=torch.long), batch_size=1, seed=0, shift=1).epoch(0):
        assert images.sum() == 1
        places.add(tuple(images.nonzero()[0, 2:].tolist()))
    assert places == {(row, column) for row in (1, 2, 3) for column in (1, 2, 3)}
    assert dots[:, 0, 2, 2].all()
