"""How well the default topics are found where each has only a few questions, and the rest are asked.

Run: `python -m tests.benchmarks.bench_few_questions [DRAWS]`. A quarter of an hour. Of each topic 1, 3 or 10 questions
are drawn, five times by seed; 2,000 of the others are asked, among the topics of their language. BM25 and the sentence
encoder alone, and what `nlpbot retrieval train` and `nlpbot chat train` serve of such a list: how much each part counts
is learned from some of the few questions, or is as usual where they can't be spared. The encoder that comes along was
trained without these topics.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import torch
from numpy import ndarray

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import Knowledge
from nlpbot.chat.phrases import Phrases, phrase_files
from nlpbot.chat.train import train_chat
from nlpbot.chat.urgent import UrgentCases, urgent_file
from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.language import LANGUAGES
from nlpbot.encoding import Encoder
from nlpbot.encoding.own import encoder_of, own_encoder_folder
from nlpbot.retrieval.config import choose_settings
from nlpbot.retrieval.data import MAX_TITLE, Topic, load_topics
from nlpbot.retrieval.index import SparseIndex
from nlpbot.retrieval.learned_index import index_meaning
from nlpbot.retrieval.meaning import Pretrained
from nlpbot.retrieval.train import train_retriever

KEPT = (1, 3, 10)
ASKED = 2_000
"""Of the other questions, drawn by seed: each draw has some 8,000."""
BATCH = 256
FILES = ("scams", "safety", "small-talk")


def drawn(topics: list[Topic], count: int, seed: int) -> tuple[list[Topic], list[tuple[str, int]]]:
    """Return the topics with so many questions, and the others with the numbers of their topics."""
    rng = np.random.default_rng(seed)
    kept, asked = [], []
    for number, topic in enumerate(topics):
        order = [topic.questions[index] for index in rng.permutation(len(topic.questions))]
        asked += [(question, number) for question in order[count:]]
        kept.append(replace(topic, questions=tuple(order[:count]), title=order[0][:MAX_TITLE]))
    return kept, [asked[index] for index in rng.permutation(len(asked))[:ASKED]]


def right_first(topics: list[Topic], asked: list[tuple[str, int]], encoder: Encoder) -> dict[str, float]:
    """Return how often the right topic comes first, by each way."""
    cpu = torch.device("cpu")
    sparse, meaning = SparseIndex.build(topics, Concepts()), index_meaning(topics, Pretrained(encoder))
    settings = choose_settings(len(topics), meaning="sentences")
    retriever = train_retriever(topics, settings, cpu, sentences=encoder).predictor
    phrases, cases = read_values(phrase_files(), Phrases), read_values([urgent_file()], UrgentCases)
    knowledge = Knowledge(tuple(topics), (), Concepts(), phrases, cases, ())
    chat = train_chat(knowledge, ChatSettings(), cpu, sentences=encoder).predictor
    ways: dict[str, Callable[[list[str]], ndarray]] = {
        "BM25": sparse.scores,
        "encoder": meaning.scores,
        "retrieval": retriever.scores,
        "chat": lambda questions: chat.judge(questions)[0],
    }
    right: dict[str, list[bool]] = {name: [] for name in ways}
    for start in range(0, len(asked), BATCH):
        questions, truth = zip(*asked[start : start + BATCH], strict=True)
        for name, scores in ways.items():
            right[name] += (scores(list(questions)).argmax(axis=1) == np.array(truth)).tolist()
    return {name: float(np.mean(found)) for name, found in right.items()}


def main(draws: str = "5") -> None:
    """Print the table."""
    encoder = encoder_of(own_encoder_folder(), torch.device("cpu"))
    rows = []
    for count in KEPT:
        found: dict[str, list[float]] = {}
        for language in LANGUAGES:
            topics = [topic for name in FILES for topic in load_topics(data_folder("chat") / f"{language}-{name}.yaml")]
            for seed in range(int(draws)):
                for name, value in right_first(*drawn(topics, count, seed), encoder).items():
                    found.setdefault(name, []).append(value)
                    found.setdefault(f"{name} {language}", []).append(value)
            note(f"{count} questions, {language}: {len(topics)} topics")
        for name, values in found.items():
            rows.append([str(count), name, f"{np.mean(values):.3f}"])
    print_table("right topic first", ["questions", "way", "mean"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
