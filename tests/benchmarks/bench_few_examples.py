"""How well intents are told apart by ten examples each, and other sets on test rows that are not in train.

Run: `python -m tests.benchmarks.bench_few_examples few TRAIN.tsv TEST.tsv [--without LABEL]`: ten rows of each label
are drawn from TRAIN, three times by seed; rows of the label that is left out are in neither. Or, with `fresh` in place
of `few`: trained on all of TRAIN, measured on the rows of TEST whose text is not in it. Some minutes each.
"""

import sys
from pathlib import Path

import numpy as np
import torch

from nlpbot.classify.config import choose_settings
from nlpbot.classify.data import Labelled
from nlpbot.classify.train import train_classifier
from nlpbot.core.kernel.console import print_table
from nlpbot.core.measures.labels import label_metrics
from nlpbot.core.text.labelled import Example, read_labelled
from nlpbot.encoding.own import encoder_of, own_encoder_folder

EXAMPLES, DRAWS = 10, 3
CPU = torch.device("cpu")
Rows = list[Example]


def drawn(rows: Rows, seed: int) -> Rows:
    """Return so many rows of each label."""
    rng, by_label = np.random.default_rng(seed), dict[str, Rows]()
    for row in rows:
        by_label.setdefault(row.label, []).append(row)
    return [of[index] for _, of in sorted(by_label.items()) for index in rng.permutation(len(of))[:EXAMPLES]]


def measured(train: Rows, test: Rows, seed: int) -> list[list[str]]:
    """Return a row for each candidate, trained on some rows and measured on others."""
    data = Labelled.of(train)
    held = Labelled.of(test, names=data.names)
    settings = choose_settings(data.texts, labels=len(data.names), network="encoder", seed=seed)
    trained = train_classifier(data, settings, CPU, encoder=encoder_of(own_encoder_folder(), CPU))
    found = []
    for name, predictor in trained.alternatives.items():
        metrics = label_metrics(np.asarray(held.labels), predictor.probabilities(held.texts))
        served = " (served)" if name == trained.chosen else ""
        took = f"{trained.seconds:.0f}"
        found.append([str(seed), name + served, f"{metrics['accuracy']:.4f}", f"{metrics['macro_f1']:.4f}", took])
    return found


def main(way: str, train: str, test: str, *options: str) -> None:
    """Print the table of a set."""
    out = options[1].casefold() if options[:1] == ("--without",) else None
    learned, asked = (
        [row for row in read_labelled(Path(path)) if row.label.casefold() != out] for path in (train, test)
    )
    if way == "few":
        rows = [row for seed in range(DRAWS) for row in measured(drawn(learned, seed), asked, seed)]
    else:
        known = {row.text for row in learned}
        asked = [row for row in asked if row.text not in known]
        rows = measured(learned, asked, 0)
    print_table(f"{len(asked)} test rows", ["seed", "model", "accuracy", "macro F1", "seconds of all"], rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
