"""``nlpbot chat``: train, check, evaluate."""

from pathlib import Path
from typing import Unpack

import click

from nlpbot.classify.commands import EvaluateArguments, columns_options, evaluate_options, evaluate_with
from nlpbot.core.terminal.commands import device_option, json_option, seed_option
from nlpbot.core.terminal.paths import FILE, FILE_OR_STDIN, bundle_argument, encoder_option
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

__all__ = ["chat"]


@click.group()
def chat() -> None:
    """Make a chatbot of your own questions and answers.

    \b
    nlpbot chat check faq.csv
    nlpbot chat train faq.csv --out models/faq
    nlpbot chat evaluate --data intents.csv --folds 5
    """


@chat.command()
@click.argument("source", type=FILE, required=False, metavar="[CONFIG|FAQ.csv]")
@encoder_option
@training_options
def train(source: Path | None, encoder: Path | None, **given: Unpack[TrainArguments]) -> None:
    """Train on a table with columns question and answer, on topics (.yaml), or by a settings .toml.

    Settings name files: topics, out_of_scope, concepts, hotlines, and phrases and urgent cases of one's own.

    \b
    nlpbot chat train faq.csv --out models/faq
    nlpbot chat train faq.csv --home mybot && nlpbot serve --home mybot --without fraud
    """
    from nlpbot.chat.run import train_bundle

    run_training(lambda options: train_bundle(source, options, encoder=encoder), kind="chat", **given)


@chat.command()
@click.argument("file", type=FILE)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what is in a file of questions and answers, and what is thin in it.

    \b
    Example: nlpbot chat check faq.csv
    """
    from nlpbot.chat.run import check
    from nlpbot.core.kernel.console import print_result

    print_result(check(file), as_json=as_json)


@chat.command()
@bundle_argument(None, required=False)
@click.option("--questions", type=FILE_OR_STDIN, help="Table of gist and question, to measure answers on.")
@click.option("--accept", type=FILE, help="Which topics answer which gist: gist, tab, ids apart by commas.")
@click.option("--out-of-scope", metavar="LABEL", help="Intent label that means none of the intents.")
@evaluate_options
@columns_options
@seed_option
@device_option
@json_option
def evaluate(
    bundle: Path | None,
    questions: Path | None,
    accept: Path | None,
    out_of_scope: str | None,
    as_json: bool,
    **given: Unpack[EvaluateArguments],
) -> None:
    """Measure answers of a BUNDLE, or intents as `classify evaluate` does.

    \b
    nlpbot chat evaluate chat --questions asked.tsv
    nlpbot chat evaluate --train train.csv --test test.csv --out-of-scope oos
    """
    from nlpbot.chat.run import evaluate
    from nlpbot.core.kernel.console import print_result

    options = evaluate_with(given, out_of_scope=out_of_scope)
    print_result(evaluate(bundle, options, questions=questions, accept=accept), as_json=as_json)
