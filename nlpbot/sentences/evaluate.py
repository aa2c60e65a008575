"""Measure a sentence encoder on paraphrases that it did not learn from, beside BM25 and averaged word vectors."""

import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.measures.labels import intervals
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.text.bm25 import Bm25
from nlpbot.encoding.encoder import Encoder
from nlpbot.sentences.data import Question
from nlpbot.sentences.finding import cosines, lists_of, right_first

__all__ = ["evaluate_encoder", "finding_metrics", "shared_words"]


def evaluate_encoder(encoder: Encoder, questions: Sequence[Question], *, seed: int = 0) -> EvaluationReport:
    """Return how many wordings find their question first in the list of its subject, in their language and across.

    Args:
        encoder: the encoder.
        questions: of subjects that it did not learn from.
        seed: of the bootstrap.

    Raises:
        DataError: there is nothing to be asked.
    """
    lists = list(lists_of(questions))
    if not lists:
        raise DataError("no other wordings found; questions with more than a plain one expected")
    start = time.monotonic()
    right = right_first(cosines(encoder), lists)
    rate = sum(len(each.asked) + 2 * len(each.questions) for each in lists) / (time.monotonic() - start)
    across = list(lists_of(questions, across=True))
    other = {"across_languages": float(right_first(cosines(encoder), across).mean())} if across else {}
    subjects = {question.subject for question in questions}
    return EvaluationReport(
        n=len(right),
        metrics={**finding_metrics(right), **other},
        protocol=(
            f"{len(right)} wordings of {len(lists)} lists on {len(subjects)} subjects, each asked of its own list, "
            "by questions and answers"
        ),
        seconds=time.monotonic() - start,
        seed=seed,
        intervals=intervals(finding_metrics, [right], seed=seed),
        baseline={"name": "bm25", **finding_metrics(right_first(shared_words, lists))},
        details={"texts_per_second": round(rate)},
    )


def finding_metrics(right: Bool[ndarray, " N"]) -> dict[str, float]:
    """Return the fraction of wordings that find their question first."""
    return {"right_first": float(right.mean())}


def shared_words(asked: Sequence[str], texts: Sequence[str]) -> Float[ndarray, "N M"]:
    """Return the scores of BM25."""
    index = Bm25.index(texts)
    return np.stack([index.scores(text) for text in asked])
