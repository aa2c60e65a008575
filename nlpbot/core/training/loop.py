"""The training loop: mini-batch, gradient, update, repeat.

It is a generator, so early stopping, logging and saving are the caller's ordinary code::

    for report in fit(model, next_token_loss, batches, settings, device):
        progress.show(report)
        if report.end_of_epoch and not best.update(evaluate(model)):
            break
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn, optim

from nlpbot.core.training.checkpoint import Checkpoint, Position
from nlpbot.core.training.config import TrainSettings
from nlpbot.core.training.losses import LossFunction
from nlpbot.core.training.optimizer import learning_rate_share, make_optimizer

__all__ = ["Batches", "Report", "fit", "move"]

MEASURED_SHARE = 0.05
"""Share of a time budget after which the number of steps is fixed."""
REPORTS = 50


@runtime_checkable
class Batches(Protocol):
    """The training data. The same epoch number gives the same batches, so that a run can go on where it stopped."""

    def __len__(self) -> int:
        """Return the mini-batches of an epoch."""

    def epoch(self, number: int) -> Iterator[Any]:
        """Return the mini-batches of that epoch, counted from 0."""


@dataclass(frozen=True, slots=True)
class Report:
    """How far training is. `train_loss` is the mean since the last report, in the unit of the loss."""

    step: int
    steps: int | None
    epoch: int
    end_of_epoch: bool
    train_loss: float
    learning_rate: float
    seconds: float


class _Clock:
    """Knows how many steps a run has, and finds out where it is given as minutes."""

    def __init__(self, settings: TrainSettings, batches: int) -> None:
        self._budget_s = (settings.minutes or 0) * 60
        self._start = time.monotonic()
        self.steps = settings.steps or (settings.epochs * batches if settings.epochs else None)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._start

    def freeze(self, step: int, *, since: int) -> bool:
        """Fix the number of steps once 5 % of the time is gone; return whether that was now.

        Args:
            step: steps done in all.
            since: the step at which this clock began, later than 0 where a run is resumed.
        """
        if self.steps is not None or self.seconds < MEASURED_SHARE * self._budget_s:
            return False
        self.steps = max(int((step - since) * self._budget_s / self.seconds), step)
        return True


def move(batch: Any, device: torch.device) -> Any:
    """Return a batch, tuples of tensors however deep, on the device."""
    if isinstance(batch, Tensor):
        return batch.to(device)
    if isinstance(batch, (tuple, list)):
        return type(batch)(move(part, device) for part in batch)
    return batch


def fit(
    model: nn.Module,
    loss_fn: LossFunction,
    batches: Batches,
    settings: TrainSettings,
    device: torch.device,
    *,
    checkpoint: Checkpoint | None = None,
    resume: bool = False,
) -> Iterator[Report]:
    """Train a model, and report at the end of each epoch and every so many steps.

    Args:
        model: on `device`; left in training mode between reports.
        loss_fn: `loss_fn(model, batch, state) -> (loss, state)`; the state is None at the start of an epoch.
        batches: the training data.
        settings: how long and how fast.
        device: where batches are moved to.
        checkpoint: where to save now and then.
        resume: whether to go on from the checkpoint.

    Raises:
        BundleError: there is nothing to resume from.
    """
    optimizer = make_optimizer(model, settings)
    clock = _Clock(settings, len(batches))
    position, state = Position(0, clock.steps, 0, 0), None
    if resume and checkpoint is not None:
        position, state = checkpoint.load(model, optimizer)
        state = move(state, device)
        clock.steps = position.steps
    total, count = 0.0, 0
    model.train()
    step, epoch, skip = position.step, position.epoch, position.batch
    while clock.steps is None or step < clock.steps:
        for number, batch in enumerate(batches.epoch(epoch), start=1):
            if number <= skip:
                continue
            rate = _set_rate(optimizer, step, clock.steps, settings)
            loss, state = _update(model, loss_fn, move(batch, device), state, optimizer, settings.clip)
            total, count, step = total + loss, count + 1, step + 1
            frozen = clock.freeze(step, since=position.step)
            end = number == len(batches)
            done = clock.steps is not None and step >= clock.steps
            if end or done or step % _report_every(clock.steps, settings) == 0:
                yield Report(step, clock.steps, epoch, end, total / count, rate, clock.seconds)
                total, count = 0.0, 0
                model.train()
            if done:
                return
            if checkpoint is not None and (frozen or checkpoint.due()):
                # After the report, so that what the caller made of it, such as best weights, is saved too.
                checkpoint.save(Position(step, clock.steps, epoch, number), model, optimizer, state)
        epoch, skip, state = epoch + 1, 0, None


def _report_every(steps: int | None, settings: TrainSettings) -> int:
    return settings.report_every or max((steps or 100 * REPORTS) // REPORTS, 1)


def _set_rate(optimizer: optim.Optimizer, step: int, steps: int | None, settings: TrainSettings) -> float:
    rate = settings.learning_rate * learning_rate_share(step, steps, settings)
    for group in optimizer.param_groups:
        group["lr"] = rate
    return rate


def _update(
    model: nn.Module, loss_fn: LossFunction, batch: Any, state: Any, optimizer: optim.Optimizer, clip: float | None
) -> tuple[float, Any]:
    """Do one step: loss of a mini-batch, its gradient, the update."""
    loss, state = loss_fn(model, batch, state)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
    if clip is not None:
        nn.utils.clip_grad_norm_(model.parameters(), clip)
    optimizer.step()
    return float(loss.detach()), state
