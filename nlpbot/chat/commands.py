"""``nlpbot chat``: train, check, evaluate."""

from pathlib import Path
from typing import Any

import click

from nlpbot.classify.commands import columns_options, evaluate_options
from nlpbot.core.commands import (
    destination,
    device_option,
    force_option,
    json_option,
    out_or_home_options,
    seed_option,
    training_seed_option,
)

__all__ = ["chat"]

file_type = click.Path(path_type=Path, dir_okay=False)


@click.group()
def chat() -> None:
    """Make a chatbot of your own questions and answers.

    \b
    nlpbot chat check faq.csv
    nlpbot chat train faq.csv --out models/faq
    nlpbot chat evaluate --data intents.csv --folds 5
    """


@chat.command()
@click.argument("source", type=file_type, required=False, metavar="[CONFIG|FAQ.csv]")
@out_or_home_options
@force_option
@training_seed_option
@device_option
@json_option
def train(source: Path | None, out: Path | None, home: Path | None, **options: Any) -> None:
    """Train on a table with columns question and answer, on topics (.yaml), or by a settings .toml.

    \b
    nlpbot chat train faq.csv --out models/faq
    nlpbot chat train faq.csv --home mybot && nlpbot serve --home mybot --without fraud
    """
    from nlpbot.chat.run import train_bundle

    with destination(out, home, room="chat") as folder:
        train_bundle(source, folder, **options)


@chat.command()
@click.argument("file", type=file_type)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what is in a file of questions and answers, and what is thin in it."""
    from nlpbot.chat.run import check_file

    check_file(file, as_json=as_json)


@chat.command()
@click.argument("bundle", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option("--questions", type=file_type, help="Table of gist and question, to measure answers on.")
@click.option("--accept", type=file_type, help="Which topics answer which gist: gist, tab, ids apart by commas.")
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
    **options: Any,
) -> None:
    """Measure answers of a BUNDLE, or intents as `classify evaluate` does.

    \b
    nlpbot chat evaluate models/faq --questions asked.tsv
    nlpbot chat evaluate --train train.csv --test test.csv --out-of-scope oos
    """
    from nlpbot.chat.measure import measure_answers, measure_intents

    if questions is not None and bundle is not None:
        measure_answers(bundle, questions, accept, device=options["device"], as_json=as_json)
    else:
        measure_intents(bundle, out_of_scope, as_json=as_json, **options)
