import math

import pytest
import torch
from torch import nn

from nlpbot.core.nn import image_loss, summed_image_loss

SCORES = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]])
BATCH = torch.zeros(2, 1, 2, 2), torch.tensor([1, 0])
FIRST, SECOND = -math.log(3 / 4), -math.log(1 / 2)


class Fixed(nn.Module):
    """Gives the same scores whatever it is asked."""

    def __init__(self, scores):
        super().__init__()
        self.scores = scores

    def forward(self, *_):
        return self.scores


@pytest.mark.parametrize(("loss_fn", "nats"), [(image_loss, (FIRST + SECOND) / 2), (summed_image_loss, FIRST + SECOND)])
def test_cross_entropy_in_nats_averaged_or_summed(loss_fn, nats):
    loss, state = loss_fn(Fixed(SCORES), BATCH, None)
    assert loss.item() == pytest.approx(nats)
    assert state is None
