"""Where a probability becomes a verdict, chosen by the mistakes that may be made on texts held out."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

__all__ = ["Thresholds", "VerdictName"]

VerdictName = Literal["honest", "unsure", "fraud"]


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

        Args:
            fraud: whether each message truly is.
            probability: that it is.
            false_alarm_rate: share of honest messages that may be called fraud.
            miss_rate: share of frauds that may be called honest.
        """
        alarm = float(np.quantile(probability[~fraud], 1 - false_alarm_rate, method="higher"))
        missed = float(np.quantile(probability[fraud], miss_rate, method="lower"))
        fraud_from = min(max(alarm, 0.5), 0.95)
        unsure_from = min(max(missed, 0.05), 0.5, fraud_from)
        return cls(unsure_from=unsure_from, fraud_from=fraud_from)

    def verdict(self, probability: float) -> VerdictName:
        """Return what a probability means."""
        if probability >= self.fraud_from:
            return "fraud"
        return "unsure" if probability >= self.unsure_from else "honest"
