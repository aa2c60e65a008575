"""``nlpbot retrieval``: train, search, evaluate."""

from pathlib import Path
from typing import Unpack

import click

from nlpbot.core.terminal.commands import device_option, json_option, seed_option
from nlpbot.core.terminal.paths import (
    FILE,
    FILE_OR_STDIN,
    TEXT_OR_STDIN,
    BundleOrNone,
    ablate_option,
    bundle_argument,
    encoder_option,
)
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

__all__ = ["retrieval"]


@click.group()
def retrieval() -> None:
    """Find the answer to a question among known questions and answers.

    \b
    nlpbot retrieval train faq.csv --out models/faq
    nlpbot retrieval search models/faq "where is my parcel"
    nlpbot retrieval evaluate --train train.tsv --test test.tsv
    """


@retrieval.command()
@click.argument("pairs", type=FILE, metavar="PAIRS")
@click.option("--vectors", type=BundleOrNone("vectors"), help="Word vectors that a dual encoder starts from, or none.")
@encoder_option
@training_options
def train(pairs: Path, vectors: Path | None, encoder: Path | None, **given: Unpack[TrainArguments]) -> None:
    """Train on PAIRS: a table with columns question and answer, topics (.yaml), or a settings .toml.

    \b
    Example: nlpbot retrieval train faq.csv --out models/faq
    """
    from nlpbot.retrieval.run import train_bundle

    run_training(
        lambda options: train_bundle(pairs, options, vectors=vectors, encoder=encoder), kind="retrieval", **given
    )


@retrieval.command()
@bundle_argument("retrieval")
@click.argument("text", type=TEXT_OR_STDIN)
@click.option("--most", type=click.IntRange(1), default=5, show_default=True, help="Answers to show.")
@device_option
@json_option
def search(bundle: Path, text: str, most: int, device: str, as_json: bool) -> None:
    """Show the answers that fit TEXT best; - reads it from standard input.

    \b
    Example: nlpbot retrieval search models/faq "where is my parcel" --most 3
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.retrieval.run import search

    print_result(search(bundle, text, most=most, device=device), as_json=as_json)


@retrieval.command()
@bundle_argument("retrieval", required=False)
@click.option("--test", type=FILE_OR_STDIN, help="Questions and answers to measure on.")
@click.option("--train", type=FILE, help="Questions and answers to train on first, with --test.")
@encoder_option
@ablate_option
@seed_option
@device_option
@json_option
def evaluate(
    bundle: Path | None,
    train: Path | None,
    test: Path | None,
    encoder: Path | None,
    ablate: bool,
    seed: int,
    device: str,
    as_json: bool,
) -> None:
    """Measure how high the right answer comes, beside BM25 alone.

    \b
    nlpbot retrieval evaluate models/faq --test asked.tsv
    nlpbot retrieval evaluate --train train.tsv --test test.tsv
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.retrieval.run import evaluate

    report = evaluate(bundle, train=train, test=test, encoder=encoder, ablate=ablate, seed=seed, device=device)
    print_result(report, as_json=as_json)
