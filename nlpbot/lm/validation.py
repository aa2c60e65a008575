"""How a language model is measured while it is trained: on the start of the text kept back."""

import time

from nlpbot.core.nn import LanguageModel
from nlpbot.core.training import TrainSettings, Validation
from nlpbot.lm.data import Corpus
from nlpbot.lm.evaluate import mean_loss, streams_for

__all__ = ["validation_of"]

TRIED_PART = 16
"""One in so many tokens of the validation text is read before training, to learn how long all of it takes."""


def validation_of(
    model: LanguageModel, corpus: Corpus, settings: TrainSettings, *, tokens_a_batch: int
) -> Validation | None:
    """Return how a model is measured; None where too little text was kept back.

    Args:
        model: that is trained.
        corpus: with the text to measure on.
        settings: of the run.
        tokens_a_batch: that are trained on; of a time budget, training is to get the larger part.
    """
    text, device = corpus.measured, model.head.bias.device
    if len(text) < 2:  # nothing comes after the first
        return None

    def loss() -> float:
        return mean_loss(model, text, device).per_token

    def seconds_of_a_part() -> float:
        start = time.monotonic()
        mean_loss(model, text[: max(len(text) // TRIED_PART, 2)], device, streams=streams_for(len(text)))
        return time.monotonic() - start

    def seconds() -> float:
        return TRIED_PART * min(seconds_of_a_part() for _ in range(2))  # the first is slower: nothing is in place

    apart = len(text) // (settings.accumulate * tokens_a_batch) if settings.minutes is not None else 0
    return Validation(loss, seconds, apart)
