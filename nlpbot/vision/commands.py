"""``nlpbot vision``: train, evaluate, classify."""

from pathlib import Path

import click

from nlpbot.core.commands import device_option, force_option, json_option, out_option, training_seed_option

__all__ = ["vision"]

file_type = click.Path(path_type=Path, dir_okay=False)
bundle_argument = click.argument("bundle", type=click.Path(path_type=Path, file_okay=False))
data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the idx files.",
)


@click.group()
def vision() -> None:
    """Recognise digits: softmax regression, LeNet-5, nearest neighbours.

    \b
    nlpbot vision train data/vision/digits.toml --out models/digits
    nlpbot vision classify models/digits seven.png
    """


@vision.command()
@click.argument("config", type=file_type)
@out_option
@force_option
@data_option
@training_seed_option
@device_option
@json_option
def train(
    config: Path, out: Path, force: bool, data: Path | None, seed: int | None, device: str, as_json: bool
) -> None:
    """Train by a settings .toml.

    \b
    Example: nlpbot vision train data/vision/lenet5.toml --data mnist --out models/lenet5
    """
    from nlpbot.vision.run import train_bundle

    train_bundle(config, out, force=force, data=data, seed=seed, device=device, as_json=as_json)


@vision.command()
@bundle_argument
@click.argument("config", type=file_type)
@data_option
@device_option
@json_option
def evaluate(bundle: Path, config: Path, data: Path | None, device: str, as_json: bool) -> None:
    """Measure a bundle on the test images that a settings .toml names."""
    from nlpbot.vision.run import evaluate_bundle

    evaluate_bundle(bundle, config, data=data, device=device, as_json=as_json)


@vision.command()
@bundle_argument
@click.argument("images", nargs=-1, required=True, type=file_type)
@device_option
@json_option
def classify(bundle: Path, images: tuple[Path, ...], device: str, as_json: bool) -> None:
    """Say which digit each picture shows; dark on light or light on dark.

    \b
    Example: nlpbot vision classify models/digits seven.png
    """
    from nlpbot.vision.run import classify_pictures

    classify_pictures(bundle, images, device=device, as_json=as_json)
