"""From gradient to update: the optimizer, and the learning rate at each step."""

import math

from torch import nn, optim

from nlpbot.core.training.config import TrainSettings

__all__ = ["learning_rate_factor", "make_optimizer"]


def make_optimizer(model: nn.Module, settings: TrainSettings) -> optim.Optimizer:
    """Return the optimizer over a model's weights; vectors such as biases are not decayed.

    Source: Kingma and Ba 2015 (Adam); Loshchilov and Hutter 2019 (AdamW).
    """
    weights = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in weights if p.ndim > 1], "weight_decay": settings.weight_decay},
        {"params": [p for p in weights if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if settings.optimizer == "sgd":
        return optim.SGD(groups, lr=settings.learning_rate, momentum=settings.momentum)
    kind = optim.Adam if settings.optimizer == "adam" else optim.AdamW
    return kind(groups, lr=settings.learning_rate, fused=True)


def learning_rate_factor(step: int, fraction: float | None, settings: TrainSettings) -> float:
    """Return what the greatest learning rate is multiplied by at a step, 0 to 1.

    Args:
        step: the step to come, from 0.
        fraction: of the way from the end of the warm-up to the end of the run that is done, or None while that is not
            known, when the schedule has not begun to fall.
        settings: warm-up and schedule.

    Source: Loshchilov and Hutter 2017, SGDR (cosine).
    """
    if step < settings.warmup_steps:
        return (step + 1) / settings.warmup_steps
    if settings.schedule == "constant" or fraction is None:
        return 1.0
    cosine = (1 + math.cos(math.pi * min(fraction, 1.0))) / 2
    return settings.final_fraction + (1 - settings.final_fraction) * cosine
