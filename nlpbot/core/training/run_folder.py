"""Where a run keeps what it needs to be resumed, and what it came to."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.targets import CHECKPOINT, FINISHED
from nlpbot.core.kernel.tensor_files import load_tensors, save_tensors
from nlpbot.core.training.curves import Point

__all__ = ["RunFolder", "RunResult"]

RESULT = "result"
"""Name under which the finished file holds what the run came to, as JSON."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """How a run went; losses in the unit of the loss function, mostly nats.

    Attributes:
        train_loss: of the last report.
        valid_loss: the lowest that was measured, that of the weights kept; None where nothing was.
        steps: done in all.
        best_epochs: times that the data had been read, rounded up, when the weights kept were reached.
        seconds: of training and of measuring meanwhile, not counting the time that the run lay still.
        points: its curves.
    """

    train_loss: float
    valid_loss: float | None
    steps: int
    best_epochs: int
    seconds: float
    points: tuple[Point, ...] = ()

    def metrics(self) -> dict[str, Any]:
        """Return the figures that every training prints."""
        return {"train_loss": self.train_loss, "valid_loss": self.valid_loss, "steps": self.steps}


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of a run.

    Attributes:
        path: made when it is first needed.
        resume: whether a run that lies there is resumed; if none does, it begins.
        every_s: seconds from one checkpoint to the next; a run that took less leaves nothing but its curves.
    """

    path: Path
    resume: bool = False
    every_s: float = 30.0

    def inside(self, name: str) -> "RunFolder":
        """Return the folder of one of several runs."""
        return RunFolder(self.path / name, self.resume, self.every_s)

    @property
    def curves(self) -> Path:
        """The file of the curves."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / "curves.jsonl"

    @property
    def checkpoint(self) -> Path:
        """The file of the checkpoint."""
        self.path.mkdir(parents=True, exist_ok=True)
        return self.path / CHECKPOINT

    @property
    def has_checkpoint(self) -> bool:
        """Whether there is a checkpoint to resume from."""
        return self.resume and (self.path / CHECKPOINT).is_file()

    def finish(self, model: nn.Module, result: RunResult) -> None:
        """Keep what a run came to, so that it needn't be trained again where what comes after is interrupted."""
        if result.seconds < self.every_s:
            return
        self.path.mkdir(parents=True, exist_ok=True)
        plain = torch.frombuffer(bytearray(json.dumps(asdict(result)).encode()), dtype=torch.uint8)
        save_tensors(self.path / FINISHED, {**{f"model/{k}": v for k, v in model.state_dict().items()}, RESULT: plain})
        (self.path / CHECKPOINT).unlink(missing_ok=True)

    def finished(self, model: nn.Module) -> RunResult | None:
        """Return what a run that is over came to, with its weights in the model; None where it isn't.

        Raises:
            BundleError: it is of another model, or damaged.
        """
        path = self.path / FINISHED
        if not self.resume or not path.is_file():
            return None
        tensors = load_tensors(path)
        try:
            plain = json.loads(bytes(tensors.pop(RESULT).tolist()))
            model.load_state_dict({name.removeprefix("model/"): value for name, value in tensors.items()})
            points = tuple(Point(**point) for point in plain.pop("points"))
            return RunResult(**plain, points=points)
        except (KeyError, RuntimeError, TypeError, ValueError) as error:
            raise BundleError(f"{path}: of another model or damaged; leave --resume out to start anew") from error
