"""Measure word vectors: do they rank pairs of words as people do, and do they answer analogies."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.measures.labels import intervals
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.vectors.data import Pair, Question

__all__ = ["RESTRICT", "evaluate_analogies", "evaluate_similarity", "spearman"]

RESTRICT = 30_000
"""Analogies are asked and answered among that many of the most frequent words, as gensim and word2vec do."""
CHUNK = 512


def evaluate_similarity(vectors: WordVectors, pairs: Sequence[Pair], *, seed: int = 0) -> dict[str, Any]:
    """Return Spearman's correlation of cosines with the scores of people, over pairs that have vectors.

    Raises:
        DataError: fewer than two pairs have vectors.
    """
    cosines, scores = [], []
    for pair in pairs:
        first, second = (vectors.vector(vectors.spelt(word)) for word in (pair.first, pair.second))
        if first is not None and second is not None:
            cosines.append(_cosine(first, second))
            scores.append(pair.score)
    if len(scores) < 2:  # ranks need two
        raise DataError(f"{len(scores)} of {len(pairs)} pairs have vectors; at least 2 expected")
    rows = [np.array(cosines), np.array(scores, dtype=float)]
    limits = intervals(lambda a, b: {"spearman": spearman(a, b)}, rows, seed=seed)
    found = {"n": len(scores), "left_out": len(pairs) - len(scores)}
    return {**found, "spearman": spearman(*rows), "intervals": limits}


def evaluate_analogies(vectors: WordVectors, questions: Sequence[Question], *, seed: int = 0) -> dict[str, Any]:
    """Return the fraction of analogies answered right by 3CosAdd, in all, by kind and by section.

    Raises:
        DataError: no question has all its words among those asked.
    """
    known = dict(zip(vectors.words[:RESTRICT], range(RESTRICT), strict=False))
    rows, asked = [], []
    for question in questions:
        ids = [known.get(vectors.spelt(word)) for word in (question.a, question.b, question.c, question.d)]
        if None not in ids:
            rows.append(ids)
            asked.append(question)
    if not asked:
        raise DataError(f"none of {len(questions)} analogies has its words among the {len(known):,} most frequent")
    right = _answered(vectors.unit[: len(known)], np.array(rows, dtype=np.int64))
    limits = intervals(lambda hits: {"accuracy": float(hits.mean())}, [right], seed=seed)
    found = {"n": len(asked), "left_out": len(questions) - len(asked), "accuracy": float(right.mean())}
    syntactic = np.array([question.syntactic for question in asked])
    kinds = {"semantic": ~syntactic, "syntactic": syntactic}
    for name, chosen in kinds.items():
        found |= {name: float(right[chosen].mean()), f"n_{name}": int(chosen.sum())} if chosen.any() else {}
    return {**found, "intervals": limits, "sections": _by_section(asked, right)}


def spearman(first: Float[ndarray, " N"], second: Float[ndarray, " N"]) -> float:
    """Return the correlation of ranks, equal values sharing theirs; 0 where one side is all equal.

    Source: Spearman 1904, The proof and measurement of association between two things.
    """
    ranks = [_ranks(values) for values in (first, second)]
    deviations = [rank - rank.mean() for rank in ranks]
    norm = float(np.linalg.norm(deviations[0]) * np.linalg.norm(deviations[1]))
    return float(np.clip(deviations[0] @ deviations[1] / norm, -1, 1)) if norm > 0 else 0.0


def _ranks(values: Float[ndarray, " N"]) -> Float[ndarray, " N"]:
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Float[ndarray, " N"] = (last - (counts - 1) / 2)[places]
    return mean


def _cosine(first: Float[ndarray, " dim"], second: Float[ndarray, " dim"]) -> float:
    return float(first @ second / max(float(np.linalg.norm(first) * np.linalg.norm(second)), 1e-9))


def _answered(unit: Float[ndarray, "V dim"], rows: ndarray) -> Bool[ndarray, " N"]:
    """Return whether d is the word nearest to b - a + c, the three themselves left out."""
    right = np.zeros(len(rows), dtype=bool)
    for start in range(0, len(rows), CHUNK):
        a, b, c, d = rows[start : start + CHUNK].T
        cosines = (unit[b] - unit[a] + unit[c]) @ unit.T
        for given in (a, b, c):
            cosines[np.arange(len(given)), given] = -np.inf
        right[start : start + CHUNK] = cosines.argmax(axis=1) == d
    return right


def _by_section(asked: Sequence[Question], right: Bool[ndarray, " N"]) -> dict[str, Any]:
    hits: dict[str, list[bool]] = {}
    for question, hit in zip(asked, right.tolist(), strict=True):
        hits.setdefault(question.section or "all", []).append(hit)
    return {name: {"n": len(found), "accuracy": sum(found) / len(found)} for name, found in hits.items()}
