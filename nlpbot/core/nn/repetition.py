"""Scores bent by what was said before, so that a text doesn't go round in circles."""

from collections.abc import Sequence
from contextlib import suppress

import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["bent_by_history"]

LOOKED_BACK = 1024
"""Tokens of the history that a penalty reaches, so that a step takes no longer in a long text."""


def bent_by_history(
    logits: Float[Tensor, " V"], history: Sequence[int], *, penalty: float = 1.0, no_repeat_ngram: int = 0
) -> Float[Tensor, " V"]:
    """Return scores in which what would be a repetition is less likely, or can't come.

    Args:
        logits: scores before softmax; left as they are.
        history: tokens so far, the prompt included.
        penalty: scores of tokens among the last 1,024 are divided by it where positive, else multiplied; 1 for none.
        no_repeat_ngram: tokens that would complete so many in a row for the second time can't come; 0 for no such rule.
            Where that would forbid every token, it forbids none.

    Source: Keskar et al. 2019, CTRL (the penalty, with the sign minded as is usual since); Paulus et al. 2018, A deep
    reinforced model for abstractive summarization (no n-gram twice).
    """
    if penalty != 1 and history:
        seen = torch.tensor(list(set(history[-LOOKED_BACK:])), device=logits.device)
        scores = logits[seen]
        logits = logits.index_copy(0, seen, torch.where(scores > 0, scores / penalty, scores * penalty))
    forbidden = _completions(history, no_repeat_ngram) if no_repeat_ngram else set()
    if 0 < len(forbidden) < len(logits):
        logits = logits.index_fill(0, torch.tensor(list(forbidden), device=logits.device), -torch.inf)
    return logits


def _completions(history: Sequence[int], n: int) -> set[int]:
    """Return the tokens that once came after what are now the last `n` - 1."""
    if n == 1:
        return set(history)
    found: set[int] = set()
    last = len(history) - 1
    if last < n - 1:
        return found
    start, at = history[last - n + 2 :], n - 2
    with suppress(ValueError):  # there is no further place
        while True:
            at = history.index(start[-1], at, last)
            if history[at - n + 2 : at + 1] == start:
                found.add(history[at + 1])
            at += 1
    return found
