"""``nlpbot classify``: train, predict, evaluate, inspect."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, TypeVar, Unpack

import click

from nlpbot.core.terminal.commands import device_option, json_option, seed_option
from nlpbot.core.terminal.paths import (
    FILE,
    FILE_OR_STDIN,
    BundleOrNone,
    ablate_option,
    bundle_argument,
    encoder_option,
    out_file_option,
)
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

if TYPE_CHECKING:
    from nlpbot.classify.config import ModelName
    from nlpbot.classify.evaluate_options import EvaluateOptions
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.core.runs.training_record import TrainedBundle
    from nlpbot.core.text.columns import Columns

__all__ = [
    "ColumnArguments",
    "EvaluateArguments",
    "OutputArguments",
    "classify",
    "columns_options",
    "evaluate_options",
    "evaluate_with",
    "rows_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])

MODELS = ("auto", "linear", "lstm", "encoder", "stacked")


class ColumnArguments(TypedDict):
    """What `columns_options` add to a command."""

    text_column: str | None
    label_column: str | None
    group_column: str | None
    time_column: str | None


class EvaluateArguments(ColumnArguments):
    """What `evaluate_options`, `columns_options` and those of the seed and the device add to a command."""

    test: Path | None
    train: Path | None
    data: Path | None
    folds: int
    keep_duplicates: bool
    model: "ModelName"
    encoder: Path | None
    ablate: bool
    predictions: Path | None
    seed: int
    device: str


class OutputArguments(TypedDict):
    """What `rows_options` and ``--json`` say of where answers go."""

    out: Path | None
    as_lines: bool
    as_json: bool


def columns_options(command: Command) -> Command:
    """Add options that name the columns of labelled files."""
    for name in ("time", "group", "label", "text"):
        command = click.option(f"--{name}-column", metavar="NAME", help=f"Column of the {name}, if not a usual name.")(
            command
        )
    return command


def evaluate_options(command: Command) -> Command:
    """Add the three ways to say what is measured on what."""
    options = [
        click.option("--test", type=FILE_OR_STDIN, help="Labelled file to measure on; - is standard input."),
        click.option("--train", type=FILE, help="Labelled file to train on first, with --test."),
        click.option("--data", type=FILE, help="One labelled file, cut into folds."),
        click.option("--folds", type=click.IntRange(2, 20), default=5, show_default=True, help="Folds of --data."),
        click.option("--keep-duplicates", is_flag=True, help="Keep near-duplicate rows."),
        click.option("--model", type=click.Choice(MODELS), default="auto", show_default=True, help="What to train."),
        encoder_option,
        ablate_option,
        out_file_option("--predictions", what="Write what is predicted for each row: .tsv, .csv or .jsonl.", rows=True),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def evaluate_with(
    given: EvaluateArguments,
    *,
    positive: Sequence[str] = (),
    negative: Sequence[str] = (),
    out_of_scope: str | None = None,
) -> "EvaluateOptions":
    """Return what is measured on what, as the options of a command say.

    Args:
        given: values of the options.
        positive: labels that count as found.
        negative: labels beside them; by default all others.
        out_of_scope: label of what is out of scope.
    """
    from nlpbot.classify.evaluate_options import EvaluateOptions

    return EvaluateOptions(
        test=given["test"],
        train=given["train"],
        data=given["data"],
        folds=given["folds"],
        keep_duplicates=given["keep_duplicates"],
        model=given["model"],
        encoder=given["encoder"],
        ablate=given["ablate"],
        predictions=given["predictions"],
        columns=_columns(given),
        positive=tuple(positive),
        negative=tuple(negative),
        out_of_scope=out_of_scope,
        seed=given["seed"],
        device=given["device"],
    )


def _columns(given: ColumnArguments) -> "Columns":
    from nlpbot.core.text.columns import Columns

    return Columns(given["text_column"], given["label_column"], given["group_column"], given["time_column"])


def rows_options(command: Command) -> Command:
    """Add the rows to be judged, and where the answers go."""
    options = [
        click.argument("file", type=FILE_OR_STDIN, default="-"),
        click.option("--text-column", metavar="NAME", help="Column of the text; standard input is then a table."),
        out_file_option("--out", what="Write .tsv, .csv or .jsonl.", rows=True),
        click.option("--jsonl", "as_lines", is_flag=True, help="Print JSON Lines."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def classify() -> None:
    """Tell texts apart by labels: train, predict, evaluate.

    \b
    nlpbot classify train intents.csv --out models/intents
    nlpbot classify predict models/intents questions.txt
    nlpbot classify evaluate --data intents.csv --folds 5
    """


@classify.command()
@click.argument("data", type=FILE)
@click.option("--model", type=click.Choice(MODELS), help="What to train; by default the settings', else auto.")
@click.option(
    "--vectors", type=BundleOrNone("vectors"), help="Bundle of word vectors that an LSTM starts from, or none."
)
@encoder_option
@click.option("--valid", type=FILE, help="Labelled file to choose and calibrate on.")
@click.option("--keep-duplicates", is_flag=True, help="Keep near-duplicate rows.")
@columns_options
@training_options
def train(
    data: Path,
    model: "ModelName | None",
    vectors: Path | None,
    encoder: Path | None,
    valid: Path | None,
    keep_duplicates: bool,
    text_column: str | None,
    label_column: str | None,
    group_column: str | None,
    time_column: str | None,
    **given: Unpack[TrainArguments],
) -> None:
    """Train on DATA: a labelled .tsv, .csv, .txt or .jsonl, or a settings .toml.

    \b
    Example: nlpbot classify train intents.csv --out models/intents
    """
    from nlpbot.classify.run import train_bundle
    from nlpbot.core.text.columns import Columns

    columns = Columns(text_column, label_column, group_column, time_column)

    def train_with(options: "TrainOptions") -> "TrainedBundle":
        return train_bundle(
            data,
            options,
            model=model,
            vectors=vectors,
            encoder=encoder,
            valid=valid,
            keep_duplicates=keep_duplicates,
            columns=columns,
        )

    run_training(train_with, kind="classify", **given)


@classify.command()
@bundle_argument("classify")
@rows_options
@click.option("--top", type=click.IntRange(1), default=1, show_default=True, metavar="K", help="Likeliest labels told.")
@device_option
@json_option
def predict(
    bundle: Path, file: Path, text_column: str | None, top: int, device: str, **output: Unpack[OutputArguments]
) -> None:
    """Print the label of each row of FILE, or of each line of standard input as it comes: label, probability, the row.

    \b
    nlpbot classify predict models/intents questions.csv --out labelled.csv
    echo "is it going to rain" | nlpbot classify predict models/intents --top 3
    """
    from nlpbot.classify.run import predict_rows
    from nlpbot.core.terminal.row_files import Output

    predict_rows(bundle, file, Output(**output), text_column=text_column, top=top, device=device)


@classify.command()
@bundle_argument("classify", required=False)
@evaluate_options
@columns_options
@seed_option
@device_option
@json_option
def evaluate(bundle: Path | None, as_json: bool, **given: Unpack[EvaluateArguments]) -> None:
    """Measure on texts not trained on.

    \b
    nlpbot classify evaluate models/intents --test test.csv
    nlpbot classify evaluate --train train.csv --test test.csv --predictions judged.csv
    nlpbot classify evaluate --data intents.csv --folds 5
    """
    from nlpbot.classify.run import evaluate
    from nlpbot.core.kernel.console import print_result

    print_result(evaluate(bundle, evaluate_with(given)), as_json=as_json)


@classify.command()
@click.argument("data", type=FILE_OR_STDIN)
@columns_options
@json_option
def inspect(data: Path, as_json: bool, **given: Unpack[ColumnArguments]) -> None:
    """Say what is in a labelled file: rows, labels, duplicates, lengths.

    \b
    Example: nlpbot classify inspect intents.csv
    """
    from nlpbot.classify.inspection import inspect
    from nlpbot.core.kernel.console import print_result

    print_result(inspect(data, _columns(given)), as_json=as_json)
