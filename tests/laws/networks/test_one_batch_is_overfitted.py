import torch

from nlpbot.core.training import TrainSettings, fit

STEPS = 150


class OneBatch:
    """An epoch of one batch, so that no state is carried into it."""

    def __init__(self, batch):
        self.batch = batch

    def __len__(self):
        return 1

    def epoch(self, number):
        yield self.batch


def test_one_batch_is_overfitted(network):
    """What can't learn four rows by heart is wired wrongly (a guess loses 1.0); a step lets the last layer learn."""
    model = network.build()
    batch = network.reads.batch(network.rows())
    settings = TrainSettings(steps=STEPS, learning_rate=0.03, weight_decay=0.0)
    for _ in fit(model, network.reads.loss_fn, OneBatch(batch), settings, torch.device("cpu")):
        pass
    with torch.inference_mode():
        loss, _ = network.reads.loss_fn(model.eval(), batch, None)
    assert float(loss) < (0.5 if network.no_gradient else 0.2)
