"""How a network is trained: how long, how fast, and what holds over-fitting down."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from nlpbot.core.kernel.config import Settings

__all__ = ["TrainSettings"]

FINAL_FRACTION = 0.05


class TrainSettings(Settings):
    """Settings of a training run. Its length is given by exactly one of steps, epochs and minutes."""

    moved: ClassVar[Mapping[str, str]] = {"final_share": "final_fraction"}

    steps: int | None = Field(None, ge=1)
    """Mini-batches to train on."""
    epochs: int | None = Field(None, ge=1)
    """Times the training data is read."""
    minutes: float | None = Field(None, gt=0)
    """Time to spend, kept within 15 %: what is left is planned anew as the speed changes. Validating is part of it, but
    not what comes before and after training. It can't be kept where a step or the last validation takes longer."""
    optimizer: Literal["sgd", "adam", "adamw"] = "adamw"
    """How a gradient becomes an update."""
    learning_rate: float = Field(2e-3, gt=0)
    """Size of an update, at its greatest."""
    momentum: float = Field(0.0, ge=0, lt=1)
    """Fraction of the last update that is added to the next, for sgd."""
    weight_decay: float = Field(0.01, ge=0)
    """Pull of every weight towards zero."""
    clip: float | None = Field(1.0, gt=0)
    """Longest gradient; a longer one is cut to this length."""
    schedule: Literal["constant", "cosine"] = "cosine"
    """How the learning rate goes on after the warm-up."""
    warmup_steps: int = Field(0, ge=0)
    """Steps in which the learning rate rises from zero."""
    final_fraction: float = Field(FINAL_FRACTION, ge=0, le=1)
    """Where the cosine ends, as a fraction of the learning rate."""
    batch_size: int = Field(32, ge=1)
    """Rows in a mini-batch."""
    accumulate: int = Field(1, ge=1)
    """Mini-batches whose gradients make one update, where more rows than fit into memory are asked for."""
    average: float = Field(0.0, ge=0, lt=1)
    """Decay of the moving average of the weights, which is then what is measured and kept; 0 keeps none."""
    validations: int = Field(10, ge=1)
    """Times that the network is measured on data kept back, at even fractions of the run; the best weights are kept."""
    patience: int | None = Field(None, ge=1)
    """Validations without a better one after which training stops."""
    report_every: int | None = Field(None, ge=1)
    """Steps between reports, beside one at the end of each epoch; by default a fiftieth of the run."""

    @model_validator(mode="after")
    def _one_length(self) -> "TrainSettings":
        given = [name for name in ("steps", "epochs", "minutes") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of steps, epochs and minutes expected; found {', '.join(given) or 'none'}")
        return self

    @model_validator(mode="after")
    def _each_has_an_effect(self) -> "TrainSettings":
        if self.momentum and self.optimizer != "sgd":
            raise ValueError(f"momentum has an effect with sgd only; {self.optimizer} found")
        if self.schedule == "constant" and self.final_fraction != FINAL_FRACTION:
            raise ValueError("final_fraction has an effect with schedule cosine only; constant found")
        return self
