import numpy as np
import torch

from nlpbot.core.images.shifts import shifted


def dots(count: int) -> torch.Tensor:
    """Return images that are empty but for the point in their middle."""
    images = torch.zeros(count, 1, 5, 5)
    images[:, 0, 2, 2] = 1
    return images


def test_each_image_of_a_batch_is_shifted_by_itself() -> None:
    images = dots(60)
    moved = shifted(images, 1, np.random.default_rng(0))
    places = {tuple(place) for place in moved.nonzero()[:, 2:].tolist()}
    assert places == {(row, column) for row in (1, 2, 3) for column in (1, 2, 3)}
    assert torch.equal(images, dots(60))


def test_what_is_shifted_out_of_a_picture_does_not_come_back_on_the_other_side() -> None:
    edge = torch.zeros(60, 2, 4, 6)
    edge[:, :, :, 0] = torch.tensor([1.0, 2.0])[:, None]
    moved = shifted(edge, 2, np.random.default_rng(0))
    assert (moved[:, :, :, 3:] == 0).all()
    assert {tuple(image[:, 2].max(dim=-1).values.tolist()) for image in moved} >= {(0.0, 0.0), (1.0, 2.0)}
    assert (moved[:, 1] == 2 * moved[:, 0]).all()


def test_shifts_repeat_with_the_generator_and_none_draws_nothing() -> None:
    first, again, other = (shifted(dots(60), 2, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    rng = np.random.default_rng(0)
    assert torch.equal(shifted(dots(3), 0, rng), dots(3))
    assert rng.random() == np.random.default_rng(0).random()
