"""Measure a retriever on questions it has not seen: how high does the right answer come, beside BM25 alone."""

import time
from collections.abc import Sequence

import numpy as np
from jaxtyping import Int
from numpy import ndarray

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.measures.labels import intervals
from nlpbot.core.runs.ablation import ablated
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.retrieval.data import Topic
from nlpbot.retrieval.predictor import RetrievalPredictor

__all__ = ["DEPTH", "answerable", "evaluate_retriever", "rank_metrics"]

DEPTH = 100
"""Topics looked at; a right answer further down counts as not found."""
BATCH = 64
Asked = tuple[str, str]


def answerable(test: Sequence[Topic], topics: Sequence[Topic]) -> tuple[list[Asked], int]:
    """Return the questions of `test` whose answer one of `topics` has, and how many have another answer.

    Raises:
        DataError: none has an answer that can be found.
    """
    known = {_plain(topic.answer) for topic in topics}
    pairs = [(question, _plain(topic.answer)) for topic in test for question in topic.questions]
    asked = [(question, answer) for question, answer in pairs if answer in known]
    if not asked:
        raise DataError(
            f"none of the {len(pairs)} test questions has an answer that was trained on; the same ones expected"
        )
    return asked, len(pairs) - len(asked)


def evaluate_retriever(
    predictor: RetrievalPredictor, test: Sequence[Topic], *, seed: int = 0, ablate: bool = False
) -> EvaluationReport:
    """Return recall and mean reciprocal rank on the questions of a test set, beside each part alone.

    Args:
        predictor: the retriever; its topics are what can be found.
        test: questions with their answers, matched with the answers of the retriever by their words.
        seed: of the bootstrap.
        ablate: whether it is measured without each of its parts too.

    Raises:
        DataError: no answer of the test set can be found.
    """
    asked, strange = answerable(test, predictor.topics)
    start = time.monotonic()
    ranks = _ranks(predictor, asked, predictor.weight)
    seconds = time.monotonic() - start
    apart = f"; {strange} questions with other answers left out" if strange else ""
    encoder = {"encoder": rank_metrics(_ranks(predictor, asked, 1.0))} if predictor.dense is not None else {}
    parts = predictor.without_parts() if ablate else {}
    worth = ablated(predictor, parts, lambda left: rank_metrics(_ranks(left, asked, left.weight))) if ablate else {}
    protocol = f"{len(asked)} test questions among {len(predictor.topics)} answers, the first {DEPTH} looked at{apart}"
    return EvaluationReport(
        n=len(asked),
        metrics=rank_metrics(ranks),
        protocol=protocol,
        seconds=seconds,
        seed=seed,
        intervals=intervals(rank_metrics, [ranks], seed=seed),
        baseline={"name": "bm25", **rank_metrics(_ranks(predictor, asked, 0.0))},
        details={"left_out": strange, **encoder, "weight": predictor.weight, **({"ablation": worth} if worth else {})},
    )


def rank_metrics(ranks: Int[ndarray, " N"]) -> dict[str, float]:
    """Return recall at 1 and 5 and the mean reciprocal rank.

    Args:
        ranks: place of the first right answer of each question from 1; 0 where it was not found.

    Source: Voorhees 1999, The TREC-8 question answering track report.
    """
    found = ranks > 0
    return {
        "recall_at_1": float((ranks == 1).mean()),
        "recall_at_5": float((found & (ranks <= 5)).mean()),
        "mrr": float(np.where(found, 1 / np.maximum(ranks, 1), 0).mean()),
    }


def _ranks(predictor: RetrievalPredictor, asked: Sequence[Asked], weight: float) -> Int[ndarray, " N"]:
    ranks: list[int] = []
    for start in range(0, len(asked), BATCH):  # a score for each question and topic: not all at once
        batch = asked[start : start + BATCH]
        everything = predictor.predict([question for question, _ in batch], most=DEPTH, weight=weight)
        for (_, answer), found in zip(batch, everything, strict=True):
            answers = [_plain(hit.topic.answer) for hit in found.hits]
            ranks.append(answers.index(answer) + 1 if answer in answers else 0)
    return np.array(ranks, dtype=np.int64)


def _plain(answer: str) -> str:
    return " ".join(answer.split())
