"""How long it takes to explain a message, beside reading it anew without each word, and whether both say the same.

Run: `python -m tests.benchmarks.bench_explain BUNDLE [MESSAGES.tsv …]`, with a bundle of `nlpbot fraud train`. A minute
for its table, on a quiet machine, and some seconds for every hundred messages. The texts of the table are the project's
own messages, joined, and hostile ones, all of 4,000 characters; the plain way is timed on a few of its variants. Times
are those of the processor, on one thread.
"""

import sys
import time
from collections.abc import Generator, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from nlpbot.classify import ClassifyPredictor
from nlpbot.classify.attribution import Span, attribute
from nlpbot.classify.occlusion import Piece, Scores, without
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.console import note, print_table
from nlpbot.core.kernel.slices import finished
from nlpbot.core.kernel.threads import threads
from nlpbot.core.text.labelled import read_labelled
from nlpbot.fraud import FraudPredictor
from nlpbot.fraud.data import FRAUD

LENGTH = 4000
ROUNDS = 3
SAMPLE = 4
"""Variants that the plain way is timed on."""
STRONGEST = 3
HOSTILE = {
    "U+FDFA": "\ufdfa",
    "U+FDFA, apart": "\ufdfa ",
    "one-letter words": "a b c d ",
    "marks on a letter": "a" + "\u0335" * LENGTH,
    "letters with marks": "a\u0335",
    "emoji": "🙂",
    "one word": "a",
    "addresses": "http://a.example/b ",
    "numbers": "123 4567 ",
    "signs": "!?",
}


class PlainWay(ClassifyPredictor):
    """A classifier that reads the whole text again for each piece left out."""

    def probabilities_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the probabilities of the text without each piece."""
        yield
        return self.probabilities([without(text, piece) for piece in pieces])


class Sampled(PlainWay):
    """Reads only some of the variants, and says how many there would be."""

    def probabilities_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the probabilities of the text without some of the pieces, again and again."""
        self.share = len(pieces) / min(len(pieces), SAMPLE)
        found = yield from super().probabilities_without(text, pieces[:SAMPLE])
        return np.resize(found, (len(pieces), len(self.names)))


def of_length(text: str) -> str:
    """Return the text, repeated and cut to the length."""
    return (text * LENGTH)[:LENGTH]


def texts() -> dict[str, str]:
    """Return the texts of the table."""
    found = {}
    for language in ("en", "ko"):
        rows = read_labelled(data_folder("fraud") / f"{language}.tsv")
        order = np.random.default_rng(0).permutation(len(rows))
        found[f"messages, {language}"] = of_length(" ".join(rows[row].text for row in order))
    return found | {name: of_length(text) for name, text in HOSTILE.items()}


def explaining(scorer: FraudPredictor, text: str) -> Generator[None, None, list[Span]]:
    """Return the spans of a text, whatever the verdict on it."""
    scorer.predict([text])
    yield
    return (yield from attribute(scorer.detector, text, [FRAUD]))


def slices_of(work: Generator[None, None, object]) -> list[float]:
    """Return the seconds of each slice of some work."""
    seconds, start = [], time.thread_time()
    for _ in work:
        seconds.append(time.thread_time() - start)
        start = time.thread_time()
    return [*seconds, time.thread_time() - start]


def plain_seconds(detector: ClassifyPredictor, text: str) -> float:
    """Return how long the plain way would take."""
    sampled = Sampled(detector.names, detector.members, detector.calibration)
    return sum(slices_of(attribute(sampled, text, [FRAUD]))) * sampled.share


def bench(scorer: FraudPredictor) -> None:
    """Print how long texts take, the verdict included."""
    rows = []
    for name, text in texts().items():
        best = min((slices_of(explaining(scorer, text)) for _ in range(ROUNDS)), key=sum)
        plain = plain_seconds(scorer.detector, text)
        numbers = [1e3 * sum(best), len(best), 1e3 * max(best), 1e3 * plain, plain / sum(best)]
        rows.append([name, *(f"{value:,.0f}" for value in numbers)])
    columns = ["4,000 characters", "ms", "slices", "longest, ms", "plain way, ms", "×"]
    versions = f"torch {version('torch')}, scikit-learn {version('scikit-learn')}"
    print_table(f"explaining a message, best of {ROUNDS}, {versions}", columns, rows)


def strongest(spans: Sequence[Span]) -> list[Span]:
    """Return the spans that say most."""
    return sorted(spans, key=lambda span: -span.weight)[:STRONGEST]


def agreement(expected: Sequence[Span], found: Sequence[Span]) -> tuple[bool, float]:
    """Return whether each of the strongest spans expected meets one of those found, and their part of characters."""
    met = all(any(a.start < b.end and b.start < a.end for b in found) for a in expected)
    one, other = ({place for span in spans for place in range(span.start, span.end)} for spans in (expected, found))
    return met, len(one & other) / len(one | other) if one | other else 1.0


def compare(scorer: FraudPredictor, path: Path) -> None:
    """Say how often our strongest spans are those of the plain way."""
    detector = scorer.detector
    plain_way = PlainWay(detector.names, detector.members, detector.calibration)
    messages = [row.text for row in read_labelled(path)]
    seconds, found = [], []
    for predictor in (plain_way, detector):
        start = time.thread_time()
        found.append([strongest(finished(attribute(predictor, text, [FRAUD]))) for text in messages])
        seconds.append(time.thread_time() - start)
    met, shared = np.mean([agreement(*pair) for pair in zip(*found, strict=True)], axis=0)
    note(
        f"{path.name}: of {len(messages)} messages {met:.1%} have the {STRONGEST} strongest spans of the plain way "
        f"(characters in common: {shared:.1%}); {1e3 * seconds[1] / len(messages):.1f} ms a message, "
        f"the plain way {1e3 * seconds[0] / len(messages):.1f}"
    )


def main(bundle: str, *files: str) -> None:
    """Print the table, and the agreement on files of messages."""
    scorer = FraudPredictor.load(bundle, device="cpu")
    with threads(1):
        bench(scorer)
        for file in files:
            compare(scorer, Path(file))


if __name__ == "__main__":
    main(*sys.argv[1:])
