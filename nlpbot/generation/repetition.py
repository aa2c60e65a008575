"""Penalise repetition: scores of tokens that came before are lowered, so that a text doesn't go round in circles."""

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

__all__ = ["History"]

LOOKED_BACK = 1024
"""Tokens of the history that a penalty reaches, so that a step takes no longer in a long text."""
NO_TOKEN = -1


class History:
    """The tokens of a text so far, its prompt included, and the penalties that follow from them; immutable.

    Args:
        penalty: scores of tokens among the last 1,024 are divided by it where positive, else multiplied; 1 for none.
        no_repeat_ngram: tokens that would complete so many in a row for the second time can't come; 0 for no such rule.
            Where that would forbid every token, it forbids none.

    Source: Keskar et al. 2019, CTRL (the penalty, with the sign minded as is usual since); Paulus et al. 2018, A deep
    reinforced model for abstractive summarization (no n-gram twice).
    """

    def __init__(self, *, penalty: float = 1.0, no_repeat_ngram: int = 0) -> None:
        self._penalty, self._ngram = penalty, no_repeat_ngram
        self._tokens = np.array([NO_TOKEN])
        self._repeated = np.array([], dtype=self._tokens.dtype)
        """For each token but the last: how many in a row, up to it, are the same as the last ones of all."""

    def after(self, *tokens: int) -> "History":
        """Return the history with some tokens more; a token takes no longer for a longer n-gram."""
        if self._penalty == 1 and not self._ngram:
            return self
        longer = History(penalty=self._penalty, no_repeat_ngram=self._ngram)
        longer._tokens, longer._repeated = self._tokens, self._repeated
        for token in tokens:
            if self._ngram:
                longer._repeated = np.where(longer._tokens == token, np.append(0, longer._repeated) + 1, 0)
            longer._tokens = np.append(longer._tokens, token)
        return longer

    def penalise_repetition(self, scores: Float[Tensor, " V"]) -> Float[Tensor, " V"]:
        """Return scores before softmax in which a repetition is less likely, or impossible."""
        if self._penalty != 1:
            seen = torch.from_numpy(self._tokens[1:][-LOOKED_BACK:])
            own = scores[seen]
            scores = scores.index_copy(0, seen, torch.where(own > 0, own / self._penalty, own * self._penalty))
        if not self._ngram:
            return scores
        completions = self._tokens[1:][self._repeated >= self._ngram - 1]
        left = scores.index_fill(0, torch.from_numpy(completions), -torch.inf)
        return left if left.isfinite().any() else scores
