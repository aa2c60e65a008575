import torch

from nlpbot.core.training import TrainSettings, fit

STEPS = 150


def test_one_batch_is_overfitted(network, one_batch):
    """What can't learn four rows by heart is wired wrongly (a guess loses 1.0); a step lets the last layer learn."""
    model = network.build()
    settings = TrainSettings(steps=STEPS, learning_rate=0.03, weight_decay=0.0)
    for _ in fit(model, network.reads.loss_fn, one_batch, settings, torch.device("cpu")):
        pass
    with torch.inference_mode():
        loss, _ = network.reads.loss_fn(model.eval(), one_batch.batch, None)
    assert float(loss) < (0.5 if network.no_gradient else 0.2)
