"""What the commands of `vectors` do: from text to a bundle, from a bundle to neighbours, figures and files."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from nlpbot.core.bundles.bundle import BundleDraft
from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.kernel.config import load_settings
from nlpbot.core.kernel.console import Table, note, progress_line
from nlpbot.core.kernel.errors import ConfigError, DeviceError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.kernel.targets import check_free
from nlpbot.core.plots.drawing import check_plot, plot_words
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.text.word2vec_format import read_word2vec, write_word2vec
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.vectors.config import VectorsSettings, choose_settings
from nlpbot.vectors.data import corpus_facts, read_analogies, read_pairs
from nlpbot.vectors.evaluate import RESTRICT, evaluate_analogies, evaluate_similarity
from nlpbot.vectors.picture import draw_words
from nlpbot.vectors.predictor import VectorsPredictor
from nlpbot.vectors.results import Analogy, DrawnPicture, ImportedVectors, NearWords
from nlpbot.vectors.train import train_vectors

__all__ = [
    "GivenSettings",
    "analogy",
    "evaluate",
    "export_bundle",
    "import_file",
    "neighbours",
    "picture",
    "train_bundle",
]


@dataclass(frozen=True, slots=True)
class GivenSettings:
    """Settings of word2vec that the command line gives; None leaves them to the file, or to be chosen."""

    subword: bool | None = None
    algorithm: Literal["skip-gram", "cbow"] | None = None
    dim: int | None = None
    window: int | None = None
    epochs: int | None = None
    min_count: int | None = None
    workers: int | None = None


def train_bundle(sources: Sequence[Path], options: TrainOptions, *, given: GivenSettings) -> TrainedBundle:
    """Return the bundle that was trained on text files or by a settings file.

    Word2vec is trained in one piece: an interrupted run that is resumed begins anew.

    Args:
        sources: text files, or one settings file.
        options: where to, and how.
        given: settings of word2vec.

    Raises:
        DeviceError: another device than the CPU is asked for.
    """
    options.check()
    if options.device not in ("auto", "cpu"):
        raise DeviceError(f"--device {options.device}: word vectors are trained on the CPU; auto or cpu expected")
    settings, paths = _settings(sources, given, options.seed)
    with start_run(options, settings, hashes_of(paths)) as run:
        with progress_line("training") as progress:
            trained = train_vectors(paths, run.settings, progress=progress)
        metrics = {
            "words": len(trained.predictor.vectors.words),
            "dim": run.settings.dim,
            "tokens": trained.tokens,
            "words_per_second": round(trained.words_per_second),
        }
        record = TrainingRecord(
            settings=run.settings,
            seed=run.settings.seed,
            data=run.data,
            metrics=metrics,
            protocol=f"trained on all of the text; {_threads(run.settings)}",
            seconds=trained.seconds,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    rows = [[name, f"{value:,}"] for name, value in metrics.items()]
    return TrainedBundle(folder, record, [Table(f"{folder}: {trained.seconds:.0f} s", ["", "value"], rows)])


def neighbours(bundle: Path, words: Sequence[str], *, count: int) -> NearWords:
    """Return the words nearest to each word."""
    return NearWords(words, VectorsPredictor.load(bundle).predict(words, count=count))


def analogy(bundle: Path, a: str, b: str, c: str, *, count: int) -> Analogy:
    """Return what is to `c` as `b` is to `a`."""
    return Analogy(a, b, c, VectorsPredictor.load(bundle).analogy(a, b, c, count=count))


def picture(bundle: Path, words: Sequence[str], out: Path, *, neighbours: int = 0) -> DrawnPicture:
    """Draw words, and the neighbours of each, in the plane.

    Args:
        bundle: of the vectors.
        words: to be drawn.
        out: the picture.
        neighbours: how many of each word's are drawn too.
    """
    check_plot(out)
    drawn = draw_words(VectorsPredictor.load(bundle).vectors, words, neighbours=neighbours)
    found = DrawnPicture(out, drawn)
    plot_words(drawn.words, drawn.places, out, groups=drawn.groups, asked=found.asked, shares=drawn.shares)
    return found


def evaluate(
    bundle: Path, *, similarity: Path | None = None, analogies: Path | None = None, seed: int = 0
) -> EvaluationReport:
    """Return how well vectors rank pairs of words, and how many analogies they answer.

    Args:
        bundle: of the vectors.
        similarity: rows of two words and a score.
        analogies: lines of four words.
        seed: of the bootstrap.

    Raises:
        ConfigError: neither file is given.
    """
    if similarity is None and analogies is None:
        raise ConfigError("nothing to measure on; give --similarity FILE, --analogies FILE, or both")
    start = time.monotonic()
    pairs = read_pairs(similarity) if similarity is not None else []
    questions = read_analogies(analogies) if analogies is not None else []
    vectors = VectorsPredictor.load(bundle).vectors
    parts: dict[str, dict[str, Any]] = {}
    if similarity is not None:
        parts["similarity"] = {"file": similarity.name, **evaluate_similarity(vectors, pairs, seed=seed)}
    if analogies is not None:
        parts["analogies"] = {"file": analogies.name, **evaluate_analogies(vectors, questions, seed=seed)}
    report = EvaluationReport(
        n=sum(part["n"] for part in parts.values()),
        metrics={name: part[name] for part in parts.values() for name in part["intervals"]},
        protocol=f"pairs and questions with a word without a vector left out; "
        f"analogies by 3CosAdd among the {min(RESTRICT, len(vectors.words)):,} most frequent words",
        seconds=time.monotonic() - start,
        seed=seed,
        intervals={name: limits for part in parts.values() for name, limits in part["intervals"].items()},
        details=parts,
    )
    rows = [row for part in parts.values() for row in _rows(part)]
    remark = f"{report.protocol}; {round(report.seconds, 2)} s"
    table = Table(f"{bundle}", ["file", "metric", "value", "95 % interval", "n", "left out"], rows, [remark])
    return replace(report, tables=[table])


def export_bundle(bundle: Path, file: Path) -> None:
    """Write vectors in word2vec's text format."""
    vectors = VectorsPredictor.load(bundle).vectors
    with progress_line("exporting") as progress:
        write_word2vec(vectors, file, progress=progress)
    lost = "; vectors of parts of words have no place in this format" if vectors.subword else ""
    note(f"{file}: {len(vectors.words):,} words of {vectors.dim} numbers{lost}")


def import_file(file: Path, out: Path, *, force: bool) -> ImportedVectors:
    """Write the bundle of vectors that came in word2vec's text format."""
    check_free(out, force=force)
    with progress_line("importing") as progress:
        predictor = VectorsPredictor(read_word2vec(file, progress=progress))
    draft = BundleDraft.start(out, force=force)
    config = predictor.save(draft)
    data = hashes_of([file])
    draft.finish(Manifest(kind=predictor.kind, config=config, protocol=f"imported from {file.name}", data=data))
    return ImportedVectors(out, words=config["words"], dim=config["dim"])


def _settings(
    sources: Sequence[Path], given: GivenSettings, seed: int | None
) -> tuple[Word2VecSettings, Sequence[Path]]:
    changes = {name: value for name, value in {**asdict(given), "seed": seed}.items() if value is not None}
    if len(sources) == 1 and sources[0].suffix == ".toml":
        loaded = load_settings(sources[0], VectorsSettings)
        return loaded.word2vec.model_copy(update=changes), [
            find_data(name, sources[0].parent) for name in loaded.corpus
        ]
    size, korean = corpus_facts(sources)
    settings = choose_settings(size, korean=korean, subword=given.subword).model_copy(update=changes)
    note(_in_words(settings))
    return settings, sources


def _in_words(settings: Word2VecSettings) -> str:
    letters = " of letters" if settings.jamo else ""
    parts = f" with n-grams{letters} of {settings.min_n} to {settings.max_n}" if settings.subword else ""
    apart = ", particles apart" if settings.particles else ""
    size = f"{settings.dim} numbers a word, window {settings.window}, {settings.epochs} epochs"
    often = f"words that come {settings.min_count} times or more"
    return f"{settings.algorithm}{parts}{apart}, {size}, {often}; {_threads(settings)}; seed {settings.seed}"


def _threads(settings: Word2VecSettings) -> str:
    one = settings.workers == 1
    return "one worker" if one else f"{settings.workers} workers, so no two runs are quite the same"


def _rows(part: dict[str, Any]) -> list[list[str]]:
    whole = next(name for name in ("spearman", "accuracy") if name in part)
    low, high = part["intervals"][whole]
    rows = [
        [part["file"], whole, f"{part[whole]:.4f}", f"{low:.4f} – {high:.4f}", str(part["n"]), str(part["left_out"])]
    ]
    kinds = [name for name in ("semantic", "syntactic") if name in part]
    return rows + [["", name, f"{part[name]:.4f}", "", str(part[f"n_{name}"]), ""] for name in kinds]
