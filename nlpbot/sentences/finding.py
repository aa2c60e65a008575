"""How well wordings find the question that they ask, in a list of questions and answers as a bot is made from."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from nlpbot.encoding.encoder import Encoder
from nlpbot.sentences.data import PLAIN, Question

__all__ = ["QuestionList", "Scores", "cosines", "finding_loss", "lists_of", "right_first"]

SCALE = 20.0
"""What cosines are multiplied by to be scores before softmax."""
Scores = Callable[[Sequence[str], Sequence[str]], Float[ndarray, "N M"]]
"""How well each of some questions fits each of some texts."""


@dataclass(frozen=True, slots=True)
class QuestionList:
    """A list of questions and answers of one subject, and what is asked of it.

    Attributes:
        questions: of the list.
        answers: of them.
        asked: other wordings.
        rows: the question that each of these asks, as its place in the list.
    """

    questions: Sequence[str]
    answers: Sequence[str]
    asked: Sequence[str]
    rows: Int[ndarray, " N"]

    def scores(self, score: Scores) -> Float[ndarray, "N M"]:
        """Return how well each wording fits each row: the question itself and its answer count alike."""
        return (score(self.asked, self.questions) + score(self.asked, self.answers)) / 2


def lists_of(questions: Sequence[Question], *, across: bool = False) -> Iterator[QuestionList]:
    """Yield a list of each subject and language with all wordings but the plain ones.

    Args:
        questions: of a paraphrase corpus.
        across: whether it is asked in the other language instead, by all wordings.
    """
    lists: dict[tuple[str, str], list[Question]] = {}
    for question in questions:
        lists.setdefault((question.subject, question.language), []).append(question)
    for (subject, language), rows in lists.items():
        others = [lists[key] for key in lists if key[0] == subject and key[1] != language]
        place = {question.id: row for row, question in enumerate(rows)}
        asking = [question for some in (others if across else [rows]) for question in some if question.id in place]
        asked = [
            (text, place[question.id])
            for question in asking
            for kind, text in question.wordings.items()
            if across or kind != PLAIN
        ]
        if asked:
            yield QuestionList(
                questions=[question.wordings[PLAIN] for question in rows],
                answers=[question.answer for question in rows],
                asked=[text for text, _ in asked],
                rows=np.array([row for _, row in asked]),
            )


def cosines(encoder: Encoder) -> Scores:
    """Return the scores of an encoder."""
    return lambda asked, texts: encoder.encode(asked) @ encoder.encode(texts).T


def finding_loss(encoder: Encoder, lists: Sequence[QuestionList]) -> float:
    """Return how badly wordings find their question, in nats a wording."""
    encoder.network.eval()
    losses: list[float] = []
    for each in lists:
        scores = SCALE * each.scores(cosines(encoder))
        losses += (np.logaddexp.reduce(scores, axis=1) - scores[np.arange(len(scores)), each.rows]).tolist()
    return float(np.mean(losses))


def right_first(score: Scores, lists: Sequence[QuestionList]) -> Bool[ndarray, " N"]:
    """Return of each wording of some lists whether it finds its question first."""
    return np.concatenate([each.scores(score).argmax(axis=1) == each.rows for each in lists])
