"""Where a probability becomes a verdict, chosen by the mistakes that may be made on texts held out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

__all__ = ["VERDICTS", "Thresholds", "VerdictName"]

VerdictName = Literal["honest", "unsure", "fraud", "too_short"]
VERDICTS: tuple[VerdictName, ...] = ("honest", "unsure", "fraud", "too_short")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From `unsure_from` on a message is not called honest, from `fraud_from` on it is called fraud."""

    unsure_from: float
    fraud_from: float

    @classmethod
    def choose(
        cls,
        fraud: Bool[ndarray, " N"],
        probability: Float[ndarray, " N"],
        *,
        false_alarm_rate: float,
        miss_rate: float,
    ) -> "Thresholds":
        """Return the thresholds that keep mistakes under two rates on held-out messages.

        What is called fraud is at least as likely as not, and what is sure is called by its name: `fraud_from` stays
        within .5 and .95, `unsure_from` within .05 and .5, whatever the rates would ask for beyond.

        Args:
            fraud: whether each message truly is.
            probability: that it is.
            false_alarm_rate: fraction of honest messages that may be called fraud.
            miss_rate: fraction of frauds that may be called honest.
        """
        honest, frauds = np.sort(probability[~fraud])[::-1], np.sort(probability[fraud])
        alarm = float(np.nextafter(honest[int(false_alarm_rate * len(honest))], 1.0))
        missed = float(frauds[int(miss_rate * len(frauds))])
        fraud_from = min(max(alarm, 0.5), 0.95)
        unsure_from = min(max(missed, 0.05), 0.5, fraud_from)
        return cls(unsure_from=unsure_from, fraud_from=fraud_from)

    def verdict(self, probability: float) -> VerdictName:
        """Return what a probability means."""
        if probability >= self.fraud_from:
            return "fraud"
        return "unsure" if probability >= self.unsure_from else "honest"
