"""``nlpbot vectors``: train, neighbours, analogy, picture, evaluate, export, cut, import."""

from pathlib import Path
from typing import Literal, Unpack

import click

from nlpbot.core.terminal.commands import force_option, json_option, seed_option
from nlpbot.core.terminal.paths import (
    FILE,
    FILE_OR_STDIN,
    READABLE,
    bundle_argument,
    out_file_argument,
    out_file_option,
    out_option,
)
from nlpbot.core.terminal.train_commands import TrainArguments, run_training, training_options

__all__ = ["vectors"]

count_option = click.option(
    "--count", type=click.IntRange(1, 1000), default=10, show_default=True, help="Words to show."
)


@click.group()
def vectors() -> None:
    """Learn what words mean from the company they keep.

    \b
    nlpbot vectors train wiki.txt.xz --out models/words
    nlpbot vectors neighbours models/words river
    nlpbot vectors analogy models/words man king woman
    nlpbot vectors picture models/words cat dog bank loan --out words.png
    """


@vectors.command()
@click.argument("sources", nargs=-1, required=True, type=FILE, metavar="(CONFIG|CORPUS...)")
@click.option("--subword/--no-subword", default=None, help="Vectors for words never seen.  [default: in Korean]")
@click.option(
    "--algorithm",
    type=click.Choice(["skip-gram", "cbow"]),
    help="A word tells its context, or the context, quicker, the word.  [default: skip-gram]",
)
@click.option("--dim", type=click.IntRange(2, 1000), help="Numbers in a vector.  [default: 100]")
@click.option("--window", type=click.IntRange(1, 50), help="Words to each side that count.  [default: 5]")
@click.option("--epochs", type=click.IntRange(1, 1000), help="Times the corpus is read.  [default: by its size]")
@click.option("--min-count", type=click.IntRange(1), help="Rarer words get no vector.  [default: by its size]")
@click.option("--workers", type=click.IntRange(1, 64), help="Threads; only 1 repeats exactly.  [default: by its size]")
@training_options
def train(
    sources: tuple[Path, ...],
    subword: bool | None,
    algorithm: Literal["skip-gram", "cbow"] | None,
    dim: int | None,
    window: int | None,
    epochs: int | None,
    min_count: int | None,
    workers: int | None,
    **given: Unpack[TrainArguments],
) -> None:
    """Train on text files of any size, .gz and .xz too, or by a settings .toml.

    Words are trained in one piece and on the CPU: what was interrupted begins anew with --resume.

    \b
    Example: nlpbot vectors train wiki.txt.xz --out models/words
    """
    from nlpbot.vectors.run import GivenSettings, train_bundle

    chosen = GivenSettings(subword, algorithm, dim, window, epochs, min_count, workers)
    run_training(lambda options: train_bundle(sources, options, given=chosen), kind="vectors", **given)


@vectors.command()
@bundle_argument("vectors")
@click.argument("words", nargs=-1, required=True)
@count_option
@json_option
def neighbours(bundle: Path, words: tuple[str, ...], count: int, as_json: bool) -> None:
    """Print the words nearest to each WORD.

    \b
    Example: nlpbot vectors neighbours models/words river
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.run import neighbours

    print_result(neighbours(bundle, words, count=count), as_json=as_json)


@vectors.command()
@bundle_argument("vectors")
@click.argument("a")
@click.argument("b")
@click.argument("c")
@count_option
@json_option
def analogy(bundle: Path, a: str, b: str, c: str, count: int, as_json: bool) -> None:
    """Say what is to C as B is to A.

    \b
    Example: nlpbot vectors analogy models/words man king woman
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.run import analogy

    print_result(analogy(bundle, a, b, c, count=count), as_json=as_json)


@vectors.command()
@bundle_argument("vectors")
@click.argument("words", nargs=-1, required=True)
@out_file_option("--out", what="The .png, .svg or .pdf to draw (needs matplotlib).", required=True)
@click.option(
    "--neighbours", type=click.IntRange(0, 100), default=0, show_default=True, help="Draw those of each WORD."
)
@json_option
def picture(bundle: Path, words: tuple[str, ...], out: Path, neighbours: int, as_json: bool) -> None:
    """Draw WORDS in the plane, those alike in meaning near each other.

    \b
    Example: nlpbot vectors picture models/words cat dog bank loan --neighbours 5 --out words.png
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.run import picture

    print_result(picture(bundle, words, out, neighbours=neighbours), as_json=as_json)


@vectors.command()
@bundle_argument("vectors")
@click.option("--similarity", type=FILE_OR_STDIN, help="Rows of two words and a score, such as WordSim-353.")
@click.option("--analogies", type=FILE_OR_STDIN, help="Lines of four words, such as Google's.")
@seed_option
@json_option
def evaluate(bundle: Path, similarity: Path | None, analogies: Path | None, seed: int, as_json: bool) -> None:
    """Measure against what people say of words.

    \b
    Example: nlpbot vectors evaluate models/words --similarity wordsim353.tsv
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.run import evaluate

    print_result(evaluate(bundle, similarity=similarity, analogies=analogies, seed=seed), as_json=as_json)


@vectors.command()
@bundle_argument("vectors")
@out_file_argument
def export(bundle: Path, file: Path) -> None:
    """Write FILE in word2vec's text format, which most programs read; .gz and .xz compress it.

    \b
    Example: nlpbot vectors export models/words words.txt.gz
    """
    from nlpbot.vectors.run import export_bundle

    export_bundle(bundle, file)


@vectors.command()
@bundle_argument("vectors")
@out_option
@click.option("--words", type=click.IntRange(100), default=32_000, show_default=True, help="Words that stay.")
@click.option("--keep", type=READABLE, multiple=True, help="A text, or a folder, whose words stay before others.")
@force_option
@json_option
def cut(bundle: Path, out: Path, words: int, keep: tuple[Path, ...], force: bool, as_json: bool) -> None:
    """Make a small bundle of the most frequent words, in 8 bits; words never seen have no vector there.

    \b
    Example: nlpbot vectors cut models/words --words 20000 --out models/small
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.cut import cut_bundle

    print_result(cut_bundle(bundle, out, words=words, keep=keep, force=force), as_json=as_json)


@vectors.command("import")
@click.argument("file", type=FILE)
@out_option
@force_option
@json_option
def import_(file: Path, out: Path, force: bool, as_json: bool) -> None:
    """Make a bundle of FILE in word2vec's, FastText's or GloVe's text format.

    \b
    Example: nlpbot vectors import cc.ko.300.vec.gz --out models/korean
    """
    from nlpbot.core.kernel.console import print_result
    from nlpbot.vectors.run import import_file

    print_result(import_file(file, out, force=force), as_json=as_json)
