"""Decode a language model step by step, all live streams at once.

Each stream has a slot in preallocated states; a step is one matrix product a layer for all of them, with the LSTM cell
written by hand, since `nn.LSTM` packs its weights anew at every call. Streams come and go between steps.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nlpbot.core.nn.language_model import LanguageModel
from nlpbot.core.nn.sampling import Sampling, choose

__all__ = ["LanguageModelStepper", "Made", "Prompt"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a stream starts from: at least one token, and how to go on."""

    ids: tuple[int, ...]
    sampling: Sampling


@dataclass(frozen=True, slots=True)
class Made:
    """A token that was made, and its log-probability under the model."""

    token: int
    log_probability: float


@dataclass(slots=True)
class _Stream:
    sampling: Sampling
    generator: torch.Generator
    token: int
    left: int


class LanguageModelStepper:
    """Makes one token for each live stream a step.

    Args:
        model: put into evaluation mode; the weights of its layers are copied, so it isn't to be trained on meanwhile.
        slots: streams that can live at once.
    """

    def __init__(self, model: LanguageModel, *, slots: int = 32) -> None:
        self.model = model.eval()
        self._weights = [_joined(layer) for layer in model.layers]
        parameter = model.head.bias
        shape = (len(model.layers), slots, model.config.hidden)
        self._outputs = parameter.new_zeros(shape)
        self._cells = parameter.new_zeros(shape)
        self._free = list(range(slots))[::-1]
        self._live: dict[int, _Stream] = {}

    @torch.inference_mode()
    def admit(self, prompt: Prompt) -> int:
        """Read a prompt, all but its last token at once, and return the stream's slot.

        Raises:
            ValueError: the prompt is empty.
            IndexError: no slot is free.
        """
        if not prompt.ids:
            raise ValueError("a prompt of at least one token wanted")
        device = self._outputs.device
        # Before a slot is taken, so that a prompt that can't be read takes none.
        state = self.model(torch.tensor([prompt.ids[:-1]], device=device))[1] if len(prompt.ids) > 1 else []
        slot = self._free.pop()
        self._outputs[:, slot] = 0
        self._cells[:, slot] = 0
        for layer, (output, cell) in enumerate(state):
            self._outputs[layer, slot] = output[0]
            self._cells[layer, slot] = cell[0]
        generator = torch.Generator().manual_seed(prompt.sampling.seed)
        self._live[slot] = _Stream(prompt.sampling, generator, prompt.ids[-1], prompt.sampling.max_tokens)
        return slot

    @torch.inference_mode()
    def step(self) -> dict[int, tuple[Made, bool]]:
        """Make one token for each live stream: slot to (token, whether it was the last)."""
        if not self._live:
            return {}
        slots = list(self._live)
        logits = self.logits(slots)
        made: dict[int, tuple[Made, bool]] = {}
        for row, slot in enumerate(slots):
            stream = self._live[slot]
            stream.token, log_probability = choose(logits[row], stream.sampling, stream.generator)
            stream.left -= 1
            last = stream.left == 0 or stream.token in stream.sampling.stop
            made[slot] = (Made(stream.token, log_probability), last)
        return made

    def logits(self, slots: list[int]) -> Tensor:
        """Advance some streams by their last token, and return the scores of the next, of shape (streams, V)."""
        rows = torch.tensor(slots, device=self._outputs.device)
        tokens = torch.tensor([[self._live[slot].token] for slot in slots], device=self._outputs.device)
        x = self.model.embed(tokens)[:, 0]
        for layer, (weight, bias) in enumerate(self._weights):
            joined = torch.cat([x, self._outputs[layer, rows]], dim=1)
            gates = torch.addmm(bias, joined, weight)
            enter, forget, candidate, leave = gates.chunk(4, dim=1)
            cell = forget.sigmoid() * self._cells[layer, rows] + enter.sigmoid() * candidate.tanh()
            x = leave.sigmoid() * cell.tanh()
            self._cells[layer, rows] = cell
            self._outputs[layer, rows] = x
        scores: Tensor = self.model.head(self.model.project(x))
        return scores.cpu()

    def release(self, slot: int) -> None:
        """Free a slot."""
        del self._live[slot]
        self._free.append(slot)


def _joined(layer: Any) -> tuple[Tensor, Tensor]:
    """Return the weights of an LSTM layer as one matrix over (input, output), and its biases as one."""
    weight = torch.cat([layer.weight_ih_l0, layer.weight_hh_l0], dim=1).T.contiguous()
    return weight.detach(), (layer.bias_ih_l0 + layer.bias_hh_l0).detach()
