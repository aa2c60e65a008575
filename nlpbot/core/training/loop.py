"""The training loop: mini-batch, gradient, update, repeat.

It is a generator, so early stopping, logging and saving are the caller's ordinary code::

    for report in fit(model, next_token_loss, batches, settings, device):
        progress.show(report)
        if report.end_of_epoch and not best.update(evaluate(model)):
            break
"""

import math
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn, optim

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.training.averaging import MovingAverage
from nlpbot.core.training.checkpoint import Checkpoint, Position
from nlpbot.core.training.clock import Clock
from nlpbot.core.training.config import TrainSettings
from nlpbot.core.training.nest import Nest, move
from nlpbot.core.training.optimizer import learning_rate_factor, make_optimizer

__all__ = ["Batches", "Finish", "LossFunction", "Report", "fit"]

LossFunction = Callable[[Any, Any, Any], tuple[Tensor, Nest]]
"""`loss_fn(model, batch, state) -> (loss, state)`, which asks the model through its `forward`."""
REPORTS = 50


@runtime_checkable
class Batches(Protocol):
    """The training data. The same epoch number gives the same batches, so that a run can go on where it stopped."""

    def __len__(self) -> int:
        """Return the mini-batches of an epoch."""

    def epoch(self, number: int) -> Iterator[Any]:
        """Return the mini-batches of that epoch, counted from 0."""


@dataclass(frozen=True, slots=True)
class Finish:
    """The exact loss, with which a run ends whose loss approximates it.

    Attributes:
        loss_fn: the exact loss.
        fraction: of the steps, the last ones, that use it; 0 to 1.
    """

    loss_fn: LossFunction
    fraction: float


@dataclass(frozen=True, slots=True)
class Report:
    """How far training is.

    Attributes:
        step: steps done.
        steps: in all, by the plan; None while there is none.
        fraction: of the way from the end of the warm-up to the end of the run that is done, by the plan; below 0
            before.
        epoch: from 0.
        end_of_epoch: whether it ends here.
        train_loss: the mean since the last report, in the unit of the loss.
        learning_rate: of the last step.
        seconds: that the run has taken.
        valid_loss: measured at this step, or None.
    """

    step: int
    steps: int | None
    fraction: float | None
    epoch: int
    end_of_epoch: bool
    train_loss: float
    learning_rate: float
    seconds: float
    valid_loss: float | None = None

    def __str__(self) -> str:
        validation = f", validation {self.valid_loss:.4f}" if self.valid_loss is not None else ""
        return f"loss {self.train_loss:.4f}{validation}"


class _Updates:
    """Does the steps of a run: loss of some mini-batches, the gradient of its mean, the update.

    Args:
        losses: the loss of most steps, and that of the last ones.
    """

    def __init__(
        self,
        model: nn.Module,
        optimizer: optim.Optimizer,
        settings: TrainSettings,
        clock: Clock,
        losses: tuple[LossFunction, LossFunction],
        average: MovingAverage | None,
    ) -> None:
        self._model, self._optimizer, self._settings = model, optimizer, settings
        self._clock, self._losses, self._average = clock, losses, average
        self.state: Nest = None
        self.rate = 0.0

    def take(self, group: Sequence[Any], step: int) -> float:
        """Do the step to come, and return its loss."""
        began, finishing = time.monotonic(), self._clock.finishing(step)
        self.rate = self._settings.learning_rate * learning_rate_factor(
            step, self._clock.fraction(step), self._settings
        )
        for parameters in self._optimizer.param_groups:
            parameters["lr"] = self.rate
        self._optimizer.zero_grad(set_to_none=True)
        total = 0.0
        for batch in group:
            loss, self.state = self._losses[finishing](self._model, batch, self.state)
            (loss / len(group)).backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
            total += float(loss.detach())
            if not math.isfinite(total):
                raise ConfigError(
                    f"the loss is {total} at step {step + 1}: lower the learning rate, now {self.rate:.2g}"
                )
        if self._settings.clip is not None:
            nn.utils.clip_grad_norm_(self._model.parameters(), self._settings.clip)
        self._optimizer.step()
        if self._average is not None:
            self._average.update(step + 1)
        self._clock.took(time.monotonic() - began, finishing=finishing)
        return total / len(group)


def fit(
    model: nn.Module,
    loss_fn: LossFunction,
    batches: Batches,
    settings: TrainSettings,
    device: torch.device,
    *,
    finish: Finish | None = None,
    average: MovingAverage | None = None,
    checkpoint: Checkpoint | None = None,
    resume: bool = False,
    closing_s: float = 0.0,
) -> Iterator[Report]:
    """Train a model, and report at the end of each epoch and every so many steps.

    Args:
        model: on `device`; left in training mode between reports.
        loss_fn: `loss_fn(model, batch, state) -> (loss, state)`; the state is None at the start of an epoch.
        batches: the training data.
        settings: how long and how fast.
        device: where batches are moved to.
        finish: the exact loss for the last of the steps, where `loss_fn` approximates it.
        average: is updated at each step.
        checkpoint: where to save whenever there is a new plan, and now and then.
        resume: whether to go on from the checkpoint.
        closing_s: seconds of a time budget that the caller needs after the last report, such as to validate.

    Raises:
        BundleError: there is nothing to resume from.
        ConfigError: the loss is no longer a finite number.
    """
    optimizer = make_optimizer(model, settings)
    epoch_steps = math.ceil(len(batches) / settings.accumulate)
    clock = Clock(
        settings, epoch_steps, finish_fraction=finish.fraction if finish is not None else 0.0, closing_s=closing_s
    )
    updates = _Updates(
        model, optimizer, settings, clock, (loss_fn, finish.loss_fn if finish is not None else loss_fn), average
    )
    position = Position(0, clock.plan, 0, 0)
    if resume and checkpoint is not None:
        position, state = checkpoint.load(model, optimizer)
        updates.state = move(state, device)
        clock.resume(position.plan, position.seconds)
    model.train()
    losses = list(position.losses)
    step, epoch, skip = position.step, position.epoch, position.batch
    while not clock.over(step):
        groups = enumerate(_grouped(batches.epoch(epoch), settings.accumulate), start=1)
        for number, group in islice(groups, skip, None):
            losses.append(updates.take(move(group, device), step))
            step += 1
            end, done = number == epoch_steps, clock.over(step)
            if end or done or step % _report_every(clock.steps, settings) == 0:
                mean = sum(losses) / len(losses)
                yield Report(step, clock.steps, clock.fraction(step), epoch, end, mean, updates.rate, clock.seconds)
                losses.clear()
                model.train()
            if done:
                return
            decided = clock.decide(step)
            # After the report, so that what the caller made of it, such as best weights, is saved too; and before any
            # step by a new plan, so that a run that is resumed goes by it.
            if checkpoint is not None and (decided or checkpoint.due()):
                here = Position(step, clock.plan, epoch, number, clock.seconds, tuple(losses))
                checkpoint.save(here, model, optimizer, updates.state)
        epoch, skip, updates.state = epoch + 1, 0, None


def _grouped(batches: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield mini-batches by so many, the last ones as they are left."""
    iterator = iter(batches)
    while group := list(islice(iterator, size)):
        yield group


def _report_every(steps: int | None, settings: TrainSettings) -> int:
    return settings.report_every or max((steps or 100 * REPORTS) // REPORTS, 1)
