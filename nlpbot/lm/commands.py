"""``nlpbot lm``: train, evaluate, generate, curve, surprise."""

from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from nlpbot.core.terminal.commands import NumberRange, device_option, json_option, seed_option, training_seed_option
from nlpbot.core.terminal.paths import FILE, FILE_OR_STDIN, TEXT_OR_STDIN, bundle_argument
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

if TYPE_CHECKING:
    from nlpbot.core.runs.train_options import TrainOptions
    from nlpbot.core.runs.training_record import TrainedBundle
    from nlpbot.lm.config import TokenizerName

__all__ = ["lm"]

tokenizer_option = click.option(
    "--tokenizer", type=click.Choice(["char", "word", "subword"]), help="What a token is.  [default: char]"
)


WITHOUT_COLOURS = 20
"""Words that a terminal which can't shade is shown."""


class _SamplingArguments(TypedDict):
    """What options say of how tokens are chosen."""

    max_tokens: int
    temperature: float
    top_k: int
    top_p: float
    min_p: float
    repetition_penalty: float
    no_repeat_ngram: int
    seed: int


@click.group()
def lm() -> None:
    """Train language models on any text, and let them write.

    \b
    nlpbot lm train book.txt --out models/book
    nlpbot lm generate models/book --prompt "Once upon"
    """


@lm.command()
@click.argument("sources", nargs=-1, required=True, type=FILE, metavar="(CONFIG|CORPUS...)")
@click.option(
    "--minutes",
    type=NumberRange(0, min_open=True),
    help="Time to train and validate; n-grams come on top.  [default: 3, or 0.25]",
)
@tokenizer_option
@click.option("--valid", type=FILE, help="Text to validate on; by default the last tenth of the corpus.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the losses into this .png, .svg or .pdf (needs matplotlib).",
)
@click.option("--verbose", is_flag=True, help="Print each report.")
@training_options
def train(
    sources: tuple[Path, ...],
    minutes: float | None,
    tokenizer: "TokenizerName | None",
    valid: Path | None,
    plot: Path | None,
    verbose: bool,
    **given: Unpack[TrainArguments],
) -> None:
    """Train on text files, or by a settings .toml.

    \b
    nlpbot lm train book.txt --out models/book --minutes 5
    nlpbot lm train book.txt --home mybot && nlpbot serve --home mybot
    """
    from nlpbot.lm.run import train_bundle

    def train_with(options: "TrainOptions") -> "TrainedBundle":
        return train_bundle(
            sources, options, tokenizer=tokenizer, minutes=minutes, valid=valid, plot=plot, verbose=verbose
        )

    run_training(train_with, kind="lm", **given)


@lm.command()
@click.argument("sources", nargs=-1, required=True, type=FILE, metavar="(CONFIG|CORPUS...)")
@click.option(
    "--fractions",
    "--shares",
    "fractions",
    default="1/8,1/4,1/2,1",
    show_default=True,
    help="Of the text, two or more of them.",
)
@click.option(
    "--minutes",
    type=NumberRange(0, min_open=True),
    help="Time to train on each fraction.  [default: 3, or 0.25]",
)
@tokenizer_option
@click.option("--valid", type=FILE, help="Text to measure on; by default the last tenth of the corpus.")
@training_seed_option
@device_option
@json_option
def curve(
    sources: tuple[Path, ...],
    fractions: str,
    minutes: float | None,
    tokenizer: "TokenizerName | None",
    valid: Path | None,
    seed: int | None,
    device: str,
    as_json: bool,
) -> None:
    """Say whether more text would help: train on fractions of it, each as long.

    Nothing is kept; the fractions lie in temporary files meanwhile, about 4 bytes a token.

    \b
    Example: nlpbot lm curve book.txt --minutes 1
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.lm.curve.learning_curve import measure_curve

    measured = measure_curve(
        sources, fractions=fractions, device=device, tokenizer=tokenizer, minutes=minutes, valid=valid, seed=seed
    )
    print_result(measured, as_json=as_json)


@lm.command()
@bundle_argument("lm")
@click.argument("file", type=FILE_OR_STDIN)
@click.option("--reset", type=click.IntRange(1), metavar="N", help="A row more: the state emptied every N tokens.")
@click.option("--dynamic", is_flag=True, help="A row more: a copy of the model learns from what it has read.")
@click.option("--cache", is_flag=True, help="A row more: tokens that came lately in such places are likelier.")
@click.option("--valid", type=FILE, help="Text to tune these two on; by default that of the training.")
@device_option
@json_option
def evaluate(
    bundle: Path,
    file: Path,
    reset: int | None,
    dynamic: bool,
    cache: bool,
    valid: Path | None,
    device: str,
    as_json: bool,
) -> None:
    """Say how well a model predicts FILE: nats, perplexity, bits a character.

    All of FILE is read, as one text. Whatever is tuned is tuned on the validation text only.

    \b
    Example: nlpbot lm evaluate models/book other.txt --dynamic --cache --valid valid.txt
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.lm.evaluate import ReadingModes
    from nlpbot.lm.run import evaluate

    report = evaluate(bundle, file, modes=ReadingModes(reset, dynamic, cache), valid=valid, device=device)
    print_result(report, as_json=as_json)


@lm.command()
@bundle_argument("lm")
@click.option("--prompt", type=TEXT_OR_STDIN, help="Text to go on from; by default a line's start.")
@click.option(
    "--prompt-file",
    type=FILE_OR_STDIN,
    help="File to go on from, - for stdin; it isn't printed.",
)
@click.option(
    "--tokens", "max_tokens", type=click.IntRange(1, 100_000), default=300, show_default=True, help="Tokens to make."
)
@click.option("--samples", type=click.IntRange(1, 64), default=1, show_default=True, help="Texts, a seed each.")
@click.option("--stop", multiple=True, metavar="TEXT", help="End before this text; $'\\n' in a shell is a line's end.")
@click.option("--temperature", type=NumberRange(0, 100), default=0.8, show_default=True, help="0 takes the likeliest.")
@click.option("--top-k", type=click.IntRange(0), default=0, help="Only that many of the likeliest; 0 for all.")
@click.option("--top-p", type=NumberRange(0, 1, min_open=True), default=1.0, help="Likeliest up to this sum.")
@click.option(
    "--min-p", type=NumberRange(0, 1), default=0.0, help="Only those with this fraction of the likeliest's chance."
)
@click.option(
    "--repetition-penalty",
    type=NumberRange(0.1, 10),
    default=1.0,
    show_default=True,
    help="Over 1, what was said is less likely; 1.2 is usual.",
)
@click.option("--no-repeat-ngram", type=click.IntRange(0), default=0, help="No so many tokens in a row twice.")
@click.option("--beams", type=click.IntRange(1, 64), help="Search for the likeliest text instead of drawing one.")
@click.option(
    "--length-penalty",
    type=NumberRange(0, 10),
    default=0.6,
    show_default=True,
    help="For beams: over 0, long texts aren't put behind short ones.",
)
@seed_option
@device_option
@json_option
def generate(
    bundle: Path,
    prompt: str | None,
    prompt_file: Path | None,
    samples: int,
    stop: tuple[str, ...],
    beams: int | None,
    length_penalty: float,
    device: str,
    as_json: bool,
    **sampling: Unpack[_SamplingArguments],
) -> None:
    """Write on from a prompt.

    Filters come in this order: repetitions, temperature, top-k, top-p, min-p.

    \b
    Example: nlpbot lm generate models/book --prompt "Once upon" --temperature 0.7
             nlpbot lm generate models/book --prompt "Once upon" --beams 5 --no-repeat-ngram 8 --stop .
    """
    from nlpbot.core.kernel.console import print_pieces, print_result
    from nlpbot.generation import Sampling
    from nlpbot.generation.prompts import read_prompt
    from nlpbot.lm.generate import GenerationOptions, generate, stream

    if prompt is not None and prompt_file is not None:
        raise click.UsageError("--prompt and --prompt-file: one of them expected")
    text = read_prompt(prompt_file) if prompt_file is not None else prompt or ""
    options = GenerationOptions(Sampling(**sampling), samples, stop, beams, length_penalty)
    echo = prompt_file is None
    if as_json or beams is not None or samples > 1:
        print_result(generate(bundle, text, options, device=device, echo=echo), as_json=as_json)
    else:
        print_pieces(stream(bundle, text, options, device=device, echo=echo))


@lm.command()
@bundle_argument("lm")
@click.argument("file", type=FILE_OR_STDIN)
@click.option("--top", type=click.IntRange(1), metavar="K", help="Show only the K most surprising words.")
@device_option
@json_option
def surprise(bundle: Path, file: Path, top: int | None, device: str, as_json: bool) -> None:
    """Show which words of FILE surprised a model, in nats a character: the more, the less likely.

    In a terminal words are shaded; in a pipe each line is a JSON object. With --top, the words are a table.

    \b
    Example: nlpbot lm surprise models/book letter.txt --top 20
    """
    from nlpbot.core.kernel.console import can_shade, is_terminal, print_json, print_shaded, print_table
    from nlpbot.lm.surprises.words import LEGEND, read_surprise, shaded, surprise_document, words_table

    lines = read_surprise(bundle, file, device=device)
    if top is None and is_terminal() and not can_shade():
        top = WITHOUT_COLOURS
    if as_json:
        print_json(surprise_document(lines, top))
    elif top is not None:
        words = words_table(lines, top, file=file)
        print_table(words.title, [*words.columns], [[*row] for row in words.rows])
    elif can_shade():
        for line in lines:
            print_shaded(shaded(line))
        print_shaded(LEGEND)
    else:
        for line in lines:
            print_json(line.to_json())
