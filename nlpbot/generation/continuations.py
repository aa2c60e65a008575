"""The tokens that continue prompts, to their end: of many prompts together, or of one as they come."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

from nlpbot.generation.tokens import GeneratedToken, Prompt, StopCondition

__all__ = ["TokenStepper", "continuations", "stream_continuation"]


@runtime_checkable
class TokenStepper(Protocol):
    """What generates a token for each live prompt a step, as `LanguageModelStepper` does."""

    def admit(self, prompt: Prompt) -> int:
        """Take a prompt in, and return its slot."""

    def step(self) -> Mapping[int, tuple[GeneratedToken | Exception, bool]]:
        """Return slot to (token or the error by which its stream failed, whether it was the last)."""

    def release(self, slot: int) -> None:
        """Free a slot."""


def continuations(
    stepper: TokenStepper, prompts: Sequence[Prompt], *, stop_when: StopCondition | None = None
) -> list[list[GeneratedToken]]:
    """Return the tokens that continue each prompt, in the same order, generated together.

    Args:
        stepper: with a free slot for each.
        prompts: may be none.
        stop_when: whether a text ends after its tokens so far, sooner than its sampling has it.
    """
    found: dict[int, list[GeneratedToken]] = {stepper.admit(prompt): [] for prompt in prompts}
    left = len(found)
    while left:
        for slot, (token, last) in _step(stepper).items():
            found[slot].append(token)
            if last or (stop_when is not None and stop_when(found[slot])):
                stepper.release(slot)
                left -= 1
    return list(found.values())


def stream_continuation(stepper: TokenStepper, prompt: Prompt) -> Iterator[GeneratedToken]:
    """Yield the tokens that continue a prompt, as they are generated.

    Args:
        stepper: with a free slot, and no other stream that is live.
        prompt: to be continued.
    """
    slot, last = stepper.admit(prompt), False
    while not last:
        if (found := _step(stepper).get(slot)) is not None:  # nothing comes while the prompt is read
            token, last = found
            yield token
    stepper.release(slot)


def _step(stepper: TokenStepper) -> dict[int, tuple[GeneratedToken, bool]]:
    """Return what all streams generated at a step, or raise the error by which one failed."""
    found: dict[int, tuple[GeneratedToken, bool]] = {}
    for slot, (token, last) in stepper.step().items():
        if isinstance(token, Exception):
            raise token
        found[slot] = token, last
    return found
