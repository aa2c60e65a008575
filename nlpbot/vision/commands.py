"""``nlpbot vision``: train, evaluate, classify."""

from pathlib import Path
from typing import Unpack

import click

from nlpbot.core.terminal.commands import device_option, json_option
from nlpbot.core.terminal.paths import FILE, FOLDER, bundle_argument, out_file_option
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

__all__ = ["vision"]

data_option = click.option("--data", type=FOLDER, help="Folder of the idx files.")


@click.group()
def vision() -> None:
    """Recognise digits: softmax regression, LeNet-5, nearest neighbours.

    \b
    nlpbot vision train data/vision/digits.toml --out models/digits
    nlpbot vision classify models/digits seven.png
    """


@vision.command()
@click.argument("config", type=FILE)
@data_option
@training_options
def train(config: Path, data: Path | None, **given: Unpack[TrainArguments]) -> None:
    """Train by a settings .toml.

    \b
    nlpbot vision train data/vision/lenet5.toml --data mnist --out models/lenet5
    nlpbot vision train data/vision/lenet5.toml --data mnist --home mine && nlpbot serve --home mine
    """
    from nlpbot.vision.run import train_bundle

    run_training(lambda options: train_bundle(config, options, data=data), kind="vision", **given)


@vision.command()
@bundle_argument("vision")
@click.argument("config", type=FILE)
@data_option
@out_file_option("--predictions", what="Write what is predicted for each image: .tsv, .csv or .jsonl.", rows=True)
@device_option
@json_option
def evaluate(
    bundle: Path, config: Path, data: Path | None, predictions: Path | None, device: str, as_json: bool
) -> None:
    """Measure a bundle on the test images that a settings .toml names.

    \b
    Example: nlpbot vision evaluate models/digits data/vision/digits.toml
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vision.run import evaluate

    print_result(evaluate(bundle, config, data=data, predictions=predictions, device=device), as_json=as_json)


@vision.command()
@bundle_argument("vision")
@click.argument("images", nargs=-1, required=True, type=FILE)
@device_option
@json_option
def classify(bundle: Path, images: tuple[Path, ...], device: str, as_json: bool) -> None:
    """Say which digit each picture shows; dark on light or light on dark.

    \b
    Example: nlpbot vision classify models/digits seven.png
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vision.run import classify

    print_result(classify(bundle, images, device=device), as_json=as_json)
