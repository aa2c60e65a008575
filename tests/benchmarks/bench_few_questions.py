"""How well the default topics are found where each has only a few questions, and the rest are asked.

Run: `python -m tests.benchmarks.bench_few_questions`. Some minutes. Of each topic 1, 3 or 10 questions are drawn, five
times by seed; the others are asked, among the topics of their language. BM25 alone, the sentence encoder alone, and
both with the weight that a list has of which nothing could be held out. The encoder that comes along was trained
without these topics.
"""

from dataclasses import replace

import numpy as np
import torch

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.language import LANGUAGES
from nlpbot.encoding.own import encoder_of, own_encoder_folder
from nlpbot.retrieval.data import MAX_TITLE, Topic, load_topics
from nlpbot.retrieval.index import DenseIndex, SparseIndex
from nlpbot.retrieval.meaning import Pretrained
from nlpbot.retrieval.train import USUAL, WEIGHTS

DRAWS = 5
KEPT = (1, 3, 10)
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
    return kept, asked


def right_first(topics: list[Topic], asked: list[tuple[str, int]], encoder: Pretrained) -> dict[str, float]:
    """Return how often the right topic comes first, by each way."""
    sparse, dense = SparseIndex.build(topics, Concepts()), DenseIndex.build(topics, encoder)
    right: dict[str, list[bool]] = {"BM25": [], "encoder": [], "both": []}
    for start in range(0, len(asked), BATCH):
        questions, truth = zip(*asked[start : start + BATCH])
        by_words, by_meaning = sparse.scores(questions), dense.scores(questions)
        weight = WEIGHTS[USUAL]
        ways = {"BM25": by_words, "encoder": by_meaning, "both": (1 - weight) * by_words + weight * by_meaning}
        for name, scores in ways.items():
            right[name] += (scores.argmax(axis=1) == np.array(truth)).tolist()
    return {name: float(np.mean(found)) for name, found in right.items()}


def main() -> None:
    """Print the table."""
    encoder = Pretrained(encoder_of(own_encoder_folder(), torch.device("cpu")))
    rows = []
    for count in KEPT:
        found: dict[str, list[float]] = {}
        for language in LANGUAGES:
            topics = [topic for name in FILES for topic in load_topics(data_folder("chat") / f"{language}-{name}.yaml")]
            for seed in range(DRAWS):
                for name, value in right_first(*drawn(topics, count, seed), encoder).items():
                    found.setdefault(name, []).append(value)
                    found.setdefault(f"{name} {language}", []).append(value)
            note(f"{count} questions, {language}: {len(topics)} topics")
        for name, values in found.items():
            rows.append([str(count), name, f"{np.mean(values):.3f}"])
    print_table("right topic first", ["questions", "way", "mean"], rows)


if __name__ == "__main__":
    main()
