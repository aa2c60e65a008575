"""What a sentence encoder learns from, in mini-batches: pieces with vectors of their teacher, and paraphrases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.nn import EncoderBatch
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.training import ShuffledBatches, length_bucketed, shuffled
from nlpbot.encoding.encoder import as_words
from nlpbot.sentences.data import Question

__all__ = ["Lessons", "Taught", "lesson_batches"]

LIKE_LENGTHS = 128
"""Texts that are padded together."""
SUBJECTS = 6
"""Of a mini-batch's pairs, so that each stands beside many that are near it."""
ANSWERS = 0.3
"""Probability that a wording is paired with its answer rather than with another wording."""
OTHER_LANGUAGE = 0.5
"""Probability of that, where the question is in both."""


@dataclass(frozen=True, slots=True)
class Taught:
    """Texts, and the vectors that teachers gave them."""

    texts: Sequence[str]
    vectors: Mapping[str, Float[ndarray, "N S"]]


@dataclass(frozen=True, slots=True)
class Lessons:
    """What is learned from.

    Attributes:
        pieces: of large texts.
        questions: in many wordings.
        wordings: all texts of the questions.
    """

    pieces: Taught
    questions: Sequence[Question]
    wordings: Taught


class _Pairs:
    """Draws pairs of texts that mean the same: neighbours of the same subjects, so that telling them apart is work."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._subjects: dict[str, list[list[Question]]] = {}
        meanings: dict[tuple[str, str], list[Question]] = {}
        for question in questions:
            meanings.setdefault(question.meaning, []).append(question)
        for (subject, _), same in meanings.items():
            self._subjects.setdefault(subject, []).append(same)
        self._numbers = {meaning: number for number, meaning in enumerate(meanings)}

    def draw(self, count: int, rng: np.random.Generator) -> list[tuple[str, str, int]]:
        names = list(self._subjects)
        drawn = rng.choice(len(names), size=min(SUBJECTS, len(names)), replace=False)
        near = [same for index in drawn for same in self._subjects[names[index]]]
        return [self._pair(near[index], rng) for index in rng.permutation(len(near))[:count]]

    def _pair(self, same: list[Question], rng: np.random.Generator) -> tuple[str, str, int]:
        one = same[rng.integers(len(same))]
        others = [question for question in same if question is not one]
        other = others[0] if others and rng.random() < OTHER_LANGUAGE else one
        asked = _any_wording(one, rng)
        meant = other.answer if rng.random() < ANSWERS else _any_wording(other, rng, but=asked)
        return asked, meant, self._numbers[one.meaning]


def lesson_batches(
    lessons: Lessons, features: WordFeatures, *, pieces: int, pairs: int, seed: int
) -> ShuffledBatches[EncoderBatch]:
    """Return mini-batches of so many pieces and pairs.

    Args:
        lessons: what is learned from.
        features: turns texts into numbers.
        pieces: texts of a mini-batch.
        pairs: most of a mini-batch.
        seed: of their order.
    """
    draws = _Pairs(lessons.questions)
    rows_of = {text: row for row, text in enumerate(lessons.wordings.texts)}

    def collate(rows: Sequence[int], rng: np.random.Generator) -> EncoderBatch:
        drawn = draws.draw(pairs, rng)
        paired = [asked for asked, _, _ in drawn] + [meant for _, meant, _ in drawn]
        texts = [lessons.pieces.texts[row] for row in rows] + paired
        known = [rows_of[text] for text in paired]
        taught = {
            name: _taught(len(rows), vectors[known], lessons.pieces.vectors.get(name), rows)
            for name, vectors in lessons.wordings.vectors.items()
        }
        buckets = length_bucketed([len(text) for text in texts], batch_size=LIKE_LENGTHS)
        return EncoderBatch(
            texts=[as_words(features, [texts[row] for row in bucket]) for bucket in buckets],
            order=torch.from_numpy(np.argsort([row for bucket in buckets for row in bucket])),
            taught=taught,
            meanings=torch.tensor([number for _, _, number in drawn]),
        )

    total = len(lessons.pieces.texts)
    if not total:
        steps = -(-len(lessons.questions) // pairs)
        return ShuffledBatches(lambda _: [[]] * steps, collate, count=steps, seed=seed)
    return ShuffledBatches(shuffled(total, batch_size=pieces), collate, count=-(-total // pieces), seed=seed)


def _taught(
    first: int, of_pairs: Float[ndarray, "Q N"], of_pieces: Float[ndarray, "P N"] | None, rows: Sequence[int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return which texts of a mini-batch a teacher gave vectors, and those."""
    if of_pieces is None:
        return torch.arange(first, first + len(of_pairs)), torch.from_numpy(of_pairs.astype(np.float32))
    vectors = np.concatenate([of_pieces[list(rows)], of_pairs])
    return torch.arange(len(vectors)), torch.from_numpy(vectors.astype(np.float32))


def _any_wording(question: Question, rng: np.random.Generator, *, but: str = "") -> str:
    wordings = [text for text in question.wordings.values() if text != but]
    return wordings[rng.integers(len(wordings))]
