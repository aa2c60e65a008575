"""``nlpbot lm``: train, evaluate, generate."""

from pathlib import Path
from typing import Any

import click

from nlpbot.core.commands import device_option, force_option, json_option, out_option, seed_option, training_seed_option

__all__ = ["lm"]

file_type = click.Path(path_type=Path, dir_okay=False)
bundle_argument = click.argument("bundle", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def lm() -> None:
    """Train language models on any text, and let them write.

    \b
    nlpbot lm train book.txt --out models/book
    nlpbot lm generate models/book --prompt "Once upon"
    """


@lm.command()
@click.argument("sources", nargs=-1, required=True, type=file_type, metavar="(CONFIG|CORPUS...)")
@out_option
@force_option
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted.")
@click.option("--minutes", type=click.FloatRange(0, min_open=True), help="Time to train.  [default: 3]")
@click.option("--tokenizer", type=click.Choice(["char", "word", "subword"]), default="char", show_default=True)
@click.option("--valid", type=file_type, help="Text to validate on; by default the last tenth of the corpus.")
@click.option("--plot", type=file_type, help="Draw the losses into this .png, .svg or .pdf (needs matplotlib).")
@click.option("--verbose", is_flag=True, help="Print each report.")
@training_seed_option
@device_option
@json_option
def train(sources: tuple[Path, ...], out: Path, **options: Any) -> None:
    """Train on text files, or by a settings .toml.

    \b
    Example: nlpbot lm train book.txt --out models/book --minutes 5
    """
    from nlpbot.lm.run import train_bundle

    train_bundle(sources, out, **options)


@lm.command()
@bundle_argument
@click.argument("file", type=file_type)
@device_option
@json_option
def evaluate(bundle: Path, file: Path, device: str, as_json: bool) -> None:
    """Say how well a model predicts FILE: nats, perplexity, bits a character."""
    from nlpbot.lm.run import evaluate_bundle

    evaluate_bundle(bundle, file, device=device, as_json=as_json)


@lm.command()
@bundle_argument
@click.option("--prompt", default="", help="Text to go on from; by default a line's start.")
@click.option("--tokens", type=click.IntRange(1, 100_000), default=300, show_default=True, help="Tokens to make.")
@click.option("--temperature", type=click.FloatRange(0), default=0.8, show_default=True, help="0 takes the likeliest.")
@click.option("--top-k", type=click.IntRange(0), default=0, help="Only that many of the likeliest; 0 for all.")
@click.option(
    "--top-p",
    type=click.FloatRange(0, 1, min_open=True),
    default=1.0,
    help="Likeliest up to this sum.",
)
@seed_option
@device_option
@json_option
def generate(
    bundle: Path,
    prompt: str,
    tokens: int,
    temperature: float,
    top_k: int,
    top_p: float,
    seed: int,
    device: str,
    as_json: bool,
) -> None:
    """Write on from a prompt.

    \b
    Example: nlpbot lm generate models/book --prompt "Once upon" --temperature 0.7
    """
    from nlpbot.core.nn import Sampling
    from nlpbot.lm.run import generate_text

    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, seed=seed, max_tokens=tokens)
    generate_text(bundle, prompt, sampling, device=device, as_json=as_json)
