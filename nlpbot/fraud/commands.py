"""``nlpbot fraud``: train, score, evaluate, explain, describe."""

from pathlib import Path
from typing import Any

import click

from nlpbot.classify.commands import columns_options, evaluate_options
from nlpbot.core.commands import device_option, force_option, json_option, out_option, seed_option, training_seed_option

__all__ = ["fraud"]

folder_type = click.Path(path_type=Path, file_okay=False)
bundle_argument = click.argument("bundle", type=folder_type)
positive_option = click.option("--positive", multiple=True, metavar="LABEL", help="Label that means fraud; repeatable.")


@click.group()
def fraud() -> None:
    """Score messages for fraud: probability, verdict, kind, and the words that made it so.

    \b
    nlpbot fraud train --out models/fraud              on the data that comes with nlpbot
    nlpbot fraud score models/fraud messages.txt
    nlpbot fraud explain models/fraud "Your parcel is held. Pay 1.99 at ..."
    """


@fraud.command()
@click.argument("data", nargs=-1, type=click.Path(path_type=Path, dir_okay=False))
@out_option
@force_option
@positive_option
@columns_options
@training_seed_option
@device_option
@json_option
def train(data: tuple[Path, ...], out: Path, positive: tuple[str, ...], **options: Any) -> None:
    """Train on labelled DATA files, or on a settings .toml; without any, on nlpbot's own data.

    \b
    Example: nlpbot fraud train SMSSpamCollection.tsv --positive spam --out models/spam
    """
    from nlpbot.core.text.columns import Columns
    from nlpbot.fraud.run import train_bundle

    named = {name: options.pop(f"{name}_column") for name in ("text", "label", "group", "time")}
    train_bundle(data, out, positive=positive, columns=Columns(**named), **options)


@fraud.command()
@bundle_argument
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True), default="-")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write .tsv or .jsonl.")
@device_option
@json_option
def score(bundle: Path, file: Path, out: Path | None, device: str, as_json: bool) -> None:
    """Score each text of FILE, or each line of standard input: verdict, probability, kind, text.

    \b
    Example: nlpbot fraud score models/fraud messages.txt --out verdicts.tsv
    """
    from nlpbot.fraud.run import score_messages

    score_messages(bundle, file, out, device=device, as_json=as_json)


@fraud.command()
@click.argument("bundle", type=folder_type, required=False)
@evaluate_options
@positive_option
@click.option("--negative", multiple=True, metavar="LABEL", help="Label that means honest; by default all others.")
@columns_options
@seed_option
@device_option
@json_option
def evaluate(bundle: Path | None, as_json: bool, **options: Any) -> None:
    """Measure on messages not trained on; F1 at a probability of .5.

    \b
    nlpbot fraud evaluate models/fraud --test messages.tsv
    nlpbot fraud evaluate --data SMSSpamCollection.tsv --positive spam --folds 5
    """
    from nlpbot.classify.run import print_report
    from nlpbot.fraud.evaluate import run_fraud_evaluation

    print_report(run_fraud_evaluation(bundle, **options), as_json=as_json)


@fraud.command()
@bundle_argument
@click.argument("text")
@device_option
@json_option
def explain(bundle: Path, text: str, device: str, as_json: bool) -> None:
    """Say what is thought of TEXT, which words made it so, and what to do."""
    from nlpbot.fraud.run import explain_text

    explain_text(bundle, text, device=device, as_json=as_json)


@fraud.command()
@bundle_argument
@json_option
def describe(bundle: Path, as_json: bool) -> None:
    """Print the card of a scorer: its data, its figures, its thresholds."""
    from nlpbot.fraud.run import describe_bundle

    describe_bundle(bundle, as_json=as_json)
