"""``nlpbot fraud``: train, score, evaluate, explain, describe."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from nlpbot.classify.commands import (
    EvaluateArguments,
    OutputArguments,
    columns_options,
    evaluate_options,
    evaluate_with,
    rows_options,
)
from nlpbot.core.terminal.commands import device_option, json_option, seed_option
from nlpbot.core.terminal.paths import FILE, TEXT_OR_STDIN, bundle_argument, encoder_option
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

if TYPE_CHECKING:
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.core.runs.training_record import TrainedBundle

__all__ = ["fraud"]

positive_option = click.option("--positive", multiple=True, metavar="LABEL", help="Label that means fraud; repeatable.")


@click.group()
def fraud() -> None:
    """Score messages for fraud: probability, verdict, kind, and the words that made it so.

    \b
    nlpbot fraud train --out models/fraud              on the data that comes with nlpbot
    nlpbot fraud score fraud messages.txt              fraud is a folder, or a name in the home
    nlpbot fraud explain fraud "Your parcel is held. Pay 1.99 at ..."
    """


@fraud.command()
@click.argument("data", nargs=-1, type=FILE)
@positive_option
@encoder_option
@columns_options
@training_options
def train(
    data: tuple[Path, ...],
    positive: tuple[str, ...],
    encoder: Path | None,
    text_column: str | None,
    label_column: str | None,
    group_column: str | None,
    time_column: str | None,
    **given: Unpack[TrainArguments],
) -> None:
    """Train on labelled DATA files, or on a settings .toml; without any, on nlpbot's own data.

    Settings can name a file of one's own sentences, titles of kinds and advice: wording.

    \b
    nlpbot fraud train SMSSpamCollection.tsv --positive spam --out models/spam
    nlpbot fraud train SMSSpamCollection.tsv --positive spam --home mine && nlpbot serve --home mine
    """
    from nlpbot.core.text.columns import Columns
    from nlpbot.fraud.run import train_bundle

    columns = Columns(text_column, label_column, group_column, time_column)

    def train_with(options: "TrainOptions") -> "TrainedBundle":
        return train_bundle(data, options, positive=positive, encoder=encoder, columns=columns)

    run_training(train_with, kind="fraud", **given)


@fraud.command()
@bundle_argument("fraud")
@rows_options
@device_option
@json_option
def score(bundle: Path, file: Path, text_column: str | None, device: str, **output: Unpack[OutputArguments]) -> None:
    """Score each row of FILE, or each line of standard input as it comes: verdict, probability, kind, then the row.

    \b
    nlpbot fraud score fraud messages.csv --out verdicts.csv
    tail -f messages.log | nlpbot fraud score fraud -
    """
    from nlpbot.core.terminal.row_files import Output
    from nlpbot.fraud.run import score_messages

    score_messages(bundle, file, Output(**output), text_column=text_column, device=device)


@fraud.command()
@bundle_argument("fraud", required=False)
@evaluate_options
@positive_option
@click.option("--negative", multiple=True, metavar="LABEL", help="Label that means honest; by default all others.")
@columns_options
@seed_option
@device_option
@json_option
def evaluate(
    bundle: Path | None,
    positive: tuple[str, ...],
    negative: tuple[str, ...],
    as_json: bool,
    **given: Unpack[EvaluateArguments],
) -> None:
    """Measure on messages not trained on; F1 at a probability of .5.

    \b
    nlpbot fraud evaluate fraud --test messages.tsv --predictions judged.tsv
    nlpbot fraud evaluate --data SMSSpamCollection.tsv --positive spam --folds 5
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.fraud.run import evaluate

    options = evaluate_with(given, positive=positive, negative=negative)
    print_result(evaluate(bundle, options), as_json=as_json)


@fraud.command()
@bundle_argument("fraud")
@click.argument("text", type=TEXT_OR_STDIN)
@device_option
@json_option
def explain(bundle: Path, text: str, device: str, as_json: bool) -> None:
    """Say what is thought of TEXT, which words made it so, and what to do; - reads it from standard input.

    \b
    Example: nlpbot fraud explain fraud "Your parcel is held. Pay the fee at http://parcel.example"
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.fraud.run import explain

    print_result(explain(bundle, text, device=device), as_json=as_json)


@fraud.command()
@bundle_argument("fraud")
@json_option
def describe(bundle: Path, as_json: bool) -> None:
    """Print the card of a scorer: its data, its figures, its thresholds.

    \b
    Example: nlpbot fraud describe models/fraud
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.fraud.run import describe

    print_result(describe(bundle), as_json=as_json)
