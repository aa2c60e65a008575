"""How well questions find their row of a list of questions and answers: the sentence encoder and what is beside it.

Run: `python -m tests.benchmarks.bench_sentences FOLDER [--teachers]`, with a folder of NAME-faq.csv (question, answer)
and NAME-asked.tsv (asked, row, kind). A minute; with the teachers, which must be installed, some minutes more. Nothing
is chosen here: a row is scored by its question and its answer, each half; "as served" is what `nlpbot retrieval train`
makes of the list, which has a single question a row, so that nothing could be held out.
"""

import csv
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from sklearn.feature_extraction.text import TfidfVectorizer

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.console import print_table
from nlpbot.core.kernel.threads import cores, threads
from nlpbot.core.text.labelled import Pair
from nlpbot.core.text.language import language_of
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.text.words import word_texts
from nlpbot.encoding import Encoder
from nlpbot.encoding.own import encoder_of, own_encoder_folder
from nlpbot.retrieval.config import choose_settings
from nlpbot.retrieval.data import topics_of_pairs
from nlpbot.retrieval.train import train_retriever
from nlpbot.sentences.evaluate import shared_words
from nlpbot.sentences.finding import Scores, cosines
from nlpbot.sentences.teachers import SIZES, TeacherName, _encode

ASKED = ("rephrase", "keyword", "long")
ACROSS = "other-language"
SHORT, MANY = 80, 4_000
"""Characters of a short text, and how many are read to tell the speed."""
RARE = 1e-3
"""Frequency of a word of half weight in averaged vectors (Arora et al. 2017)."""


@dataclass(frozen=True)
class Faq:
    """A list, and what is asked of it: texts with the rows that answer them."""

    name: str
    questions: Sequence[str]
    answers: Sequence[str]
    asked: Sequence[tuple[str, set[int]]]
    across: Sequence[tuple[str, set[int]]]


def read_faqs(folder: Path) -> Iterator[Faq]:
    """Yield the lists of a folder."""
    for path in sorted(folder.glob("*-faq.csv")):
        name = path.name.removesuffix("-faq.csv")
        with path.open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        lines = (folder / f"{name}-asked.tsv").read_text(encoding="utf-8").splitlines()[1:]
        asked = [line.split("\t") for line in lines]
        truth = [(text, {int(row) - 1 for row in right.split("|")}, kind) for text, right, kind in asked]
        yield Faq(
            name,
            [row["question"] for row in rows],
            [row["answer"] for row in rows],
            [(text, right) for text, right, kind in truth if kind in ASKED],
            [(text, right) for text, right, kind in truth if kind == ACROSS],
        )


def by_row(score: Scores) -> Callable[[Sequence[str], Faq], Float[ndarray, "N M"]]:
    """Return what scores rows by their question and their answer, each half."""
    return lambda texts, faq: (score(texts, faq.questions) + score(texts, faq.answers)) / 2


def words_and_answers(texts: Sequence[str], faq: Faq) -> Float[ndarray, "N M"]:
    """Return BM25 over question and answer together."""
    return shared_words(texts, [f"{q} {a}" for q, a in zip(faq.questions, faq.answers, strict=True)])


def letters(texts: Sequence[str], faq: Faq) -> Float[ndarray, "N M"]:
    """Return the cosines of n-grams of 2 to 5 letters, TF-IDF, over question and answer together."""
    model = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    spelt = [unicodedata.normalize("NFD", f"{q} {a}".lower()) for q, a in zip(faq.questions, faq.answers, strict=True)]
    rows = model.fit_transform(spelt)
    return np.asarray((model.transform([unicodedata.normalize("NFD", t.lower()) for t in texts]) @ rows.T).toarray())


def averaged() -> Scores:
    """Return the cosines of word vectors, averaged by the rarity of words."""
    vectors = {
        language: WordVectors.load(open_bundle(data_folder("vectors") / language, kind="vectors"))
        for language in ("en", "ko")
    }

    def encode(texts: Sequence[str]) -> Float[ndarray, "N D"]:
        rows = np.zeros((len(texts), vectors["en"].dim), dtype=np.float32)
        for place, text in enumerate(texts):
            some = vectors[language_of(text)]
            total = sum(some.counts)
            for word in word_texts(text):
                number = some.id_of(word)
                if number is not None:
                    rows[place] += some.unit[number] * RARE / (RARE + some.counts[number] / total)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)

    return lambda asked, texts: encode(asked) @ encode(texts).T


def teacher(name: TeacherName) -> Scores:
    """Return the cosines of a teacher."""
    return lambda asked, texts: _encode(name)(list(asked)) @ _encode(name)(list(texts)).T


def served(encoder: Encoder) -> Callable[[Sequence[str], Faq], Float[ndarray, "N M"]]:
    """Return the scores of a retriever that is trained on a list."""
    cpu = torch.device("cpu")

    def score(texts: Sequence[str], faq: Faq) -> Float[ndarray, "N M"]:
        topics = topics_of_pairs([Pair(q, a) for q, a in zip(faq.questions, faq.answers, strict=True)])
        settings = choose_settings(len(topics), meaning="sentences")
        return train_retriever(topics, settings, cpu, sentences=encoder).predictor.scores(texts)

    return score


def found(scores: Float[ndarray, "N M"], truth: Sequence[set[int]]) -> tuple[float, float]:
    """Return how often a right row comes first, and among the first three."""
    order = np.argsort(-scores, axis=1, kind="stable")
    first = [row[0] in right for row, right in zip(order.tolist(), truth, strict=True)]
    among = [bool(right & set(row[:3])) for row, right in zip(order.tolist(), truth, strict=True)]
    return float(np.mean(first)), float(np.mean(among))


def print_speed(encoder: Encoder, asked: Sequence[str]) -> None:
    """Print how long a question takes by itself on one thread, and how many short ones are read a second on all."""
    short = [text for text in asked if len(text) <= SHORT]
    alone: list[float] = []
    with threads(1):
        for text in short:
            start = time.perf_counter()
            encoder.encode([text])
            alone.append(time.perf_counter() - start)
    many = (short * (MANY // len(short) + 1))[:MANY]
    with threads(cores()):
        start = time.perf_counter()
        encoder.encode(many)
        rate = MANY / (time.perf_counter() - start)
    measured = [f"{1000 * np.median(alone):.2f}", f"{rate:,.0f}"]
    print_table(f"{len(short)} texts of up to {SHORT} characters", ["ms a question", "texts a second"], [measured])


def main(folder: str, *options: str) -> None:
    """Print the table of a folder."""
    faqs = list(read_faqs(Path(folder)))
    encoder = encoder_of(own_encoder_folder(), torch.device("cpu"))
    ways = {
        "BM25": words_and_answers,
        "n-grams of letters": letters,
        "averaged word vectors": by_row(averaged()),
        **({name: by_row(teacher(name)) for name in SIZES} if "--teachers" in options else {}),
        "encoder": by_row(cosines(encoder)),
        "BM25 and encoder, as served": served(encoder),
    }
    rows = []
    for name, score in ways.items():
        start = time.monotonic()
        told = [found(score([text for text, _ in faq.asked], faq), [right for _, right in faq.asked]) for faq in faqs]
        seconds = time.monotonic() - start
        across = sum(
            found(score([text for text, _ in faq.across], faq), [right for _, right in faq.across])[0] * len(faq.across)
            for faq in faqs
        )
        mean = np.mean(told, axis=0)
        each = [f"{first:.2f} / {among:.2f}" for first, among in told]
        rows.append([name, *each, f"{mean[0]:.3f} / {mean[1]:.3f}", f"{across:.0f}", f"{seconds:.1f}"])
    asked = sum(len(faq.across) for faq in faqs)
    columns = ["way", *(faq.name for faq in faqs), "mean", f"across, of {asked}", "seconds"]
    print_table("right first / among three", columns, rows)
    print_speed(encoder, [text for faq in faqs for text, _ in faq.asked])


if __name__ == "__main__":
    main(*sys.argv[1:])
