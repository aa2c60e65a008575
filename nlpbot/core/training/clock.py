"""How many steps a run has, found out by their speed where it is given as minutes."""

import time

from nlpbot.core.training.config import TrainSettings

__all__ = ["Clock"]

MEASURED_SHARE = 0.05
"""Share of a time budget after which the number of steps is fixed."""


class Clock:
    """Knows how many steps a run has.

    Args:
        settings: of the run.
        epoch_steps: steps of an epoch.
        finishes: whether the last share of the steps uses a loss of its own, whose steps may take longer.
    """

    def __init__(self, settings: TrainSettings, epoch_steps: int, *, finishes: bool) -> None:
        self._budget_s = (settings.minutes or 0) * 60
        self._finish_share = settings.finish_share if finishes else 0.0
        self._start = time.monotonic()
        self._spent_s, self._done = [0.0, 0.0], [0, 0]
        self.steps = settings.steps or (settings.epochs * epoch_steps if settings.epochs else None)

    @property
    def seconds(self) -> float:
        """Spent on the run, not counting the time that it lay still."""
        return time.monotonic() - self._start

    def went_on(self, seconds: float) -> None:
        """Take note that the run had taken so long when it was interrupted."""
        self._start = time.monotonic() - seconds

    def finishing(self, step: int) -> bool:
        """Return whether the step to come is one of the last share; while that is unknown, every other one is."""
        if not self._finish_share:
            return False
        return step % 2 == 1 if self.steps is None else step >= self.steps * (1 - self._finish_share)

    def over(self, step: int) -> bool:
        """Return whether all steps are done."""
        return self.steps is not None and step >= self.steps

    def took(self, seconds: float, *, finishing: bool) -> None:
        """Take note of how long a step took."""
        self._spent_s[finishing] += seconds
        self._done[finishing] += 1

    def freeze(self, step: int) -> bool:
        """Fix the number of steps once 5 % of the time is gone; return whether that was now.

        Args:
            step: steps done in all.
        """
        spent = self.seconds
        if self.steps is not None or spent < MEASURED_SHARE * self._budget_s:
            return False
        early, late = (spent_s / max(done, 1) for spent_s, done in zip(self._spent_s, self._done, strict=True))
        one_s = (1 - self._finish_share) * (early or late) + self._finish_share * (late or early)
        self.steps = step + max(int((self._budget_s - spent) / one_s), 0)
        return True
