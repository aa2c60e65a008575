"""A checkpoint: all that a run needs to go on as if it had never stopped.

Weights, optimizer, moving average, carried state, best weights, torch's random generators, the plan for the steps
to come, and the position in the data. Tensors as safetensors, numbers as JSON inside; one file, replaced at once.
"""

import json
import time
import zlib
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn, optim

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.tensor_files import load_tensors, save_tensors
from nlpbot.core.training.averaging import MovingAverage
from nlpbot.core.training.best_weights import BestWeights
from nlpbot.core.training.clock import Plan
from nlpbot.core.training.nest import Nest, as_plain, from_plain

__all__ = ["Checkpoint", "Position"]


@dataclass(frozen=True, slots=True)
class Position:
    """How far a run is.

    Attributes:
        step: steps done.
        plan: for those to come; None while there is none.
        epoch: from 0.
        batch: steps of that epoch that are done.
        seconds: spent till here.
        losses: of the steps since the last report.
    """

    step: int
    plan: Plan | None
    epoch: int
    batch: int
    seconds: float = 0.0
    losses: tuple[float, ...] = ()


class Checkpoint:
    """The file of a run's checkpoint.

    Args:
        path: of the file.
        best: weights that belong to the run, saved and loaded with it.
        average: likewise.
        every_s: seconds from one save to the next.
    """

    def __init__(
        self,
        path: Path,
        *,
        best: BestWeights | None = None,
        average: MovingAverage | None = None,
        every_s: float = 30.0,
    ) -> None:
        self.path = path
        self._best = best
        self._average = average
        self._every_s = every_s
        self._last = time.monotonic()

    def due(self) -> bool:
        """Return whether it is time to save again."""
        return time.monotonic() - self._last >= self._every_s

    def save(self, position: Position, model: nn.Module, optimizer: optim.Optimizer, state: Nest) -> None:
        """Write everything, replacing what was saved before."""
        tensors = {f"model/{name}": value for name, value in model.state_dict().items()}
        form, held = as_plain(state)
        tensors |= {f"state/{number}": value for number, value in enumerate(held)}
        plan = astuple(position.plan) if position.plan is not None else None
        plain: dict[str, Any] = {"step": position.step, "plan": plan}
        plain |= {"epoch": position.epoch, "batch": position.batch, "seconds": position.seconds}
        plain |= {"losses": position.losses, "state": form, "optimizer": {}}
        for index, values in optimizer.state_dict()["state"].items():
            for name, value in values.items():
                if isinstance(value, Tensor):
                    tensors[f"optimizer/{index}/{name}"] = value
                else:
                    plain["optimizer"][f"{index}/{name}"] = value
        if self._best is not None and self._best.tensors():
            tensors |= {f"best/{name}": value for name, value in self._best.tensors().items()}
            plain |= {"best_loss": self._best.loss, "since_best": self._best.since_best}
        if self._average is not None:
            tensors |= {f"average/{name}": value for name, value in self._average.tensors().items()}
        tensors["random/torch"] = torch.get_rng_state()
        if (device := _cuda(model)) is not None:
            tensors["random/cuda"] = torch.cuda.get_rng_state(device)
        plain["checksum"] = _checksum(tensors, plain)
        tensors["plain"] = torch.frombuffer(bytearray(json.dumps(plain).encode()), dtype=torch.uint8)
        save_tensors(self.path, tensors)
        self._last = time.monotonic()

    def load(self, model: nn.Module, optimizer: optim.Optimizer) -> tuple[Position, Nest]:
        """Put everything back, and return the position and the carried state.

        Raises:
            BundleError: there is no checkpoint, or it is of another model.
        """
        if not self.path.is_file():
            raise BundleError(f"{self.path}: no checkpoint to resume from; leave --resume out to start anew")
        tensors = load_tensors(self.path)
        try:
            plain = json.loads(bytes(tensors.pop("plain").tolist()))
            if plain.pop("checksum") != _checksum(tensors, plain):
                raise ValueError("its numbers were changed after it was written")
            model.load_state_dict(_under("model/", tensors))
            _load_optimizer(optimizer, _under("optimizer/", tensors), plain["optimizer"])
            torch.set_rng_state(tensors["random/torch"])
            if (device := _cuda(model)) is not None:
                torch.cuda.set_rng_state(tensors["random/cuda"], device)
            if self._average is not None:
                self._average.load(_under("average/", tensors))
            held = _under("state/", tensors)
            state = from_plain(plain["state"], [held[str(number)] for number in range(len(held))])
            plan, losses = Plan(*plain["plan"]) if plain["plan"] is not None else None, tuple(plain["losses"])
            position = Position(plain["step"], plan, plain["epoch"], plain["batch"], plain["seconds"], losses)
        except (IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
            raise BundleError(f"{self.path}: of another model or damaged; leave --resume out to start anew") from error
        if self._best is not None and "best_loss" in plain:
            self._best.load(_under("best/", tensors), loss=plain["best_loss"], since_best=plain["since_best"])
        return position, state


def _checksum(tensors: dict[str, Tensor], plain: dict[str, Any]) -> int:
    """Return a number that a flipped bit changes; safetensors itself would not notice."""
    total = zlib.crc32(json.dumps(plain).encode())
    for name in sorted(tensors):
        numbers = tensors[name].detach().cpu().contiguous().view(-1).view(torch.uint8).numpy()
        total = zlib.crc32(numbers.data, total)
    return total


def _cuda(model: nn.Module) -> torch.device | None:
    """Return the GPU that a model is on, where dropout draws from a generator of its own."""
    device = next(model.parameters()).device
    return device if device.type == "cuda" else None


def _under(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): value for name, value in tensors.items() if name.startswith(prefix)}


def _load_optimizer(optimizer: optim.Optimizer, tensors: dict[str, Tensor], plain: dict[str, Any]) -> None:
    state: dict[int, dict[str, Any]] = {}
    for path, value in {**tensors, **plain}.items():
        index, name = path.split("/", 1)
        state.setdefault(int(index), {})[name] = value
    optimizer.load_state_dict({"state": state, "param_groups": optimizer.state_dict()["param_groups"]})
