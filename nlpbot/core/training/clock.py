"""How many steps a run has: given, or planned by their speed, again and again, where a time is given."""

import time
from dataclasses import dataclass

from nlpbot.core.training.config import TrainSettings

__all__ = ["Clock", "Plan"]

CHECK_FRACTION = 0.05
"""Fraction of a time budget after which the speed is looked at again."""
SLACK = 0.02
"""Fraction of a time budget by which a plan may miss it before there is another."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a run goes on from a step, at an even pace, to its last.

    Attributes:
        step: from which it goes on.
        fraction: of the way from the end of the warm-up to the end of the run that is done by then.
        steps: of the run, in all.
        finish_cost: how many times as long as others a step with the loss of the end takes.
    """

    step: int
    fraction: float
    steps: int
    finish_cost: float = 1.0

    def fraction_at(self, step: int) -> float:
        """Return the fraction of the way that is done before a step; below 0 in the warm-up."""
        return self.fraction + (1 - self.fraction) * (step - self.step) / max(self.steps - self.step, 1)


class Clock:
    """Knows how many steps a run has.

    A time budget is that of the whole run, with what the caller does between reports, such as validating. It is missed
    by what can't be foreseen: a step longer than the time left, or a last validation that takes longer than all before.

    Args:
        settings: of the run.
        epoch_steps: steps of an epoch.
        finish_fraction: of the steps, the last ones, that use a loss of its own, whose steps may take longer.
        closing_s: seconds that the caller will need after the last step, as far as it knows.
    """

    def __init__(
        self, settings: TrainSettings, epoch_steps: int, *, finish_fraction: float = 0.0, closing_s: float = 0.0
    ) -> None:
        self._budget_s = (settings.minutes or 0) * 60
        self._warmup_steps = settings.warmup_steps
        self._finish_fraction = finish_fraction
        self._longest_s = closing_s
        steps = settings.steps or (settings.epochs * epoch_steps if settings.epochs else None)
        self.plan = Plan(self._warmup_steps, 0.0, steps) if steps is not None else None
        self._begin(0.0)

    def _begin(self, seconds: float) -> None:
        self._start = time.monotonic() - seconds
        self._first_s = self._last_s = seconds
        self._stepping_s = 0.0
        self._look(seconds)

    def _look(self, seconds: float) -> None:
        """Begin to measure the speed anew."""
        self._looked_s = seconds
        self._spent_s, self._done = [0.0, 0.0], [0, 0]

    @property
    def steps(self) -> int | None:
        """Of the run in all, by the plan; None while there is none."""
        return self.plan.steps if self.plan is not None else None

    @property
    def seconds(self) -> float:
        """Spent on the run, not counting the time that it lay still."""
        return time.monotonic() - self._start

    def resume(self, plan: Plan | None, seconds: float) -> None:
        """Go on by the plan that the run had when it was interrupted after so long."""
        self.plan = plan
        self._begin(seconds)

    def fraction(self, step: int) -> float | None:
        """Return the fraction of the way that is done before a step; None while there is no plan."""
        return self.plan.fraction_at(step) if self.plan is not None else None

    def finishing(self, step: int) -> bool:
        """Return whether the step to come uses the loss of the end; while there is no plan, every other one is."""
        if not self._finish_fraction:
            return False
        return step % 2 == 1 if self.plan is None else self.plan.fraction_at(step) >= 1 - self._finish_fraction

    def over(self, step: int) -> bool:
        """Return whether all steps are done."""
        return self.plan is not None and step >= self.plan.steps

    def took(self, seconds: float, *, finishing: bool) -> None:
        """Take note of how long the step took that has just ended."""
        now = self.seconds
        self._longest_s = max(self._longest_s, now - seconds - self._last_s)
        self._last_s = now
        self._stepping_s += seconds
        self._spent_s[finishing] += seconds
        self._done[finishing] += 1

    def decide(self, step: int) -> bool:
        """Look at the speed once another 5 % of the time is gone; return whether that gave a new plan.

        Args:
            step: steps done in all, at least one since the run began or was resumed.
        """
        now = self.seconds
        if not self._budget_s or now - self._looked_s < CHECK_FRACTION * self._budget_s:
            return False
        cost, fraction = self._finish_cost(), max(self.fraction(step) or 0.0, 0.0)
        finish = min(self._finish_fraction / (1 - fraction), 1.0)
        early_s = sum(self._spent_s) / (self._done[False] + cost * self._done[True])
        one_s = early_s * (1 + finish * (cost - 1))
        # What goes to other things than steps is expected to take as much of the time as it has so far.
        left_s = (self._budget_s - now - self._longest_s) * self._stepping_s / (now - self._first_s)
        steps = step + max(int(left_s / one_s), 1)
        self._look(now)
        if self.plan is not None and abs(steps - self.plan.steps) * one_s <= SLACK * self._budget_s:
            return False
        self.plan = self._plan(step, steps, cost)
        return True

    def _finish_cost(self) -> float:
        if self.plan is not None:
            return self.plan.finish_cost
        early, late = (spent / max(done, 1) for spent, done in zip(self._spent_s, self._done, strict=True))
        return late / early if early and late else 1.0

    def _plan(self, step: int, steps: int, cost: float) -> Plan:
        """Return the plan from a step on; the learning rate goes on from where it is."""
        if self.plan is None or step <= self._warmup_steps:
            return Plan(self._warmup_steps, 0.0, steps, cost)
        return Plan(step, self.plan.fraction_at(step), steps, cost)
