"""What the commands of `sentences` do."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy import ndarray

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.home import default_home
from nlpbot.core.bundles.manifest import MANIFEST
from nlpbot.core.classical.clusters import cluster_rows
from nlpbot.core.datasets.catalog import find_data
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import Table, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.terminal.row_files import Output, answer_rows
from nlpbot.core.text.rows import open_rows
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.encoding.encoder import Encoder
from nlpbot.encoding.own import own_encoder_folder
from nlpbot.sentences.config import SentencesSettings
from nlpbot.sentences.data import Question, load_questions, paraphrase_files
from nlpbot.sentences.evaluate import evaluate_encoder
from nlpbot.sentences.lessons import Lessons, Taught
from nlpbot.sentences.likeness import alike_pairs, nearest_texts
from nlpbot.sentences.pieces import pieces_of
from nlpbot.sentences.predictor import SentencesPredictor
from nlpbot.sentences.results import TextGroups
from nlpbot.sentences.teachers import TeacherName, teacher_vectors
from nlpbot.sentences.train import train_encoder

__all__ = ["cluster", "duplicates", "encode_rows", "evaluate", "similar", "train_bundle"]

TEACHERS = "teachers"
"""Folder of the home that keeps the vectors of teachers."""


def train_bundle(source: Path, options: TrainOptions) -> TrainedBundle:
    """Return the bundle that was trained by a settings file.

    Args:
        source: the settings file.
        options: where to, and how.

    Raises:
        ConfigError: a teacher is not installed, and its vectors aren't kept in the home.
    """
    options.check()
    settings = with_seed(load_settings(source, SentencesSettings), options.seed)
    folder = find_data(settings.paraphrases, source.parent)
    bundles = [find_data(name, source.parent) for name in settings.vectors]
    texts = [find_data(piece.corpus, source.parent) for piece in settings.pieces]
    sources = [*paraphrase_files(folder), *(bundle / MANIFEST for bundle in bundles), *texts]
    vectors = [WordVectors.load(open_bundle(bundle, kind="vectors")) for bundle in bundles]
    with start_run(options, settings, hashes_of(sources)) as run:
        settings = run.settings
        questions = load_questions(folder)
        held = [question for question in questions if question.subject in settings.held_out]
        learned = [question for question in questions if question.subject not in settings.held_out]
        lessons = _lessons(learned, texts, settings)
        note(
            f"{len(learned):,} questions in {len(lessons.wordings.texts):,} texts, {len(lessons.pieces.texts):,} pieces"
        )
        with progress_line("training") as progress:
            trained = train_encoder(
                lessons, held, vectors, settings, resolve_device(options.device), folder=run.folder, progress=progress
            )
        measured = evaluate_encoder(trained.predictor.encoder, held, seed=settings.seed) if held else None
        record = TrainingRecord(
            settings=settings,
            seed=settings.seed,
            data=run.data,
            metrics=measured.metrics if measured is not None else {},
            baseline=measured.baseline if measured is not None else {},
            protocol=_protocol(measured, settings),
            seconds=trained.seconds,
            run=trained.run,
        )
        out = write_bundle(run.draft, trained.predictor, record)
    tables = [_figures(measured)] if measured is not None else []
    return TrainedBundle(out, record, [*tables, Table("", (), (), [f"{out}: written in {trained.seconds:.0f} s"])])


def evaluate(
    bundle: Path | None, *, paraphrases: Path, subjects: Sequence[str] = (), seed: int = 0, device: str = "auto"
) -> EvaluationReport:
    """Return how well an encoder finds what means the same.

    Args:
        bundle: of the encoder; by default the one that comes along.
        paraphrases: folder of questions in many wordings.
        subjects: of them that are measured on; by default those that were held out when the bundle was trained, else
            all.
        seed: of the bootstrap.
        device: where to compute.

    Raises:
        DataError: there is no such subject.
    """
    opened = open_bundle(bundle or own_encoder_folder(), kind=SentencesPredictor.kind)
    predictor = SentencesPredictor.from_bundle(opened, resolve_device(device))
    questions = load_questions(paraphrases)
    known = {question.subject for question in questions}
    held = [name for name in opened.manifest.settings.get("held_out", []) if name in known]
    chosen = list(subjects) or held or sorted(known)
    if strange := [name for name in chosen if name not in known]:
        raise DataError(f"{paraphrases}: no subject {strange[0]!r}; one of {', '.join(sorted(known))} expected")
    asked = [question for question in questions if question.subject in chosen]
    report = evaluate_encoder(predictor.encoder, asked, seed=seed)
    return replace(report, tables=[_figures(report)])


def encode_rows(bundle: Path | None, file: Path, output: Output, *, text_column: str | None, device: str) -> None:
    """Write the vector of each row of a file before its own columns.

    Args:
        bundle: of the encoder; by default the one that comes along.
        file: a table, or lines of text.
        output: where to.
        text_column: which column is the text.
        device: where to compute.
    """
    encoder = _encoder(bundle, device)

    def answer(texts: list[str]) -> list[dict[str, Any]]:
        return [{"vector": [round(float(number), 5) for number in vector]} for vector in encoder.encode(texts)]

    answer_rows(open_rows(file, text_column=text_column, note=note), answer, ["vector"], output, name="vectors")


def similar(
    bundle: Path | None, text: str, file: Path, *, text_column: str | None, most: int, device: str
) -> TextGroups:
    """Return the texts of a file that mean most nearly the same as a text, the nearest first."""
    texts, encoder = _texts(file, text_column), _encoder(bundle, device)
    found = nearest_texts(encoder.encode([text])[0], encoder.encode(texts), most)
    groups = [([row + 1], [texts[row]], score) for row, score in found]
    return TextGroups(groups, "similarity", f"of {len(texts):,} texts")


def duplicates(
    bundle: Path | None, file: Path, *, text_column: str | None, least: float, most: int, device: str
) -> TextGroups:
    """Return the pairs of texts of a file that mean the same, the most alike first.

    Args:
        bundle: of the encoder; by default the one that comes along.
        file: a table, or lines of text.
        text_column: which column is the text.
        least: similarity from which on two are told.
        most: pairs told.
        device: where to compute.
    """
    texts = _texts(file, text_column)
    pairs, count = alike_pairs(_encoder(bundle, device).encode(texts), least=least, most=most)
    groups = [([one + 1, other + 1], [texts[one], texts[other]], score) for one, other, score in pairs]
    return TextGroups(groups, "similarity", f"{count:,} pairs of {len(texts):,} texts are {least} alike or more")


def cluster(
    bundle: Path | None, file: Path, *, text_column: str | None, count: int, seed: int, device: str
) -> TextGroups:
    """Return the texts of a file in so many groups, the largest first, the texts of each from its middle outwards."""
    texts = _texts(file, text_column)
    if len(texts) < count:
        raise DataError(f"{file}: {len(texts)} texts found; at least as many as groups expected ({count})")
    vectors = _encoder(bundle, device).encode(texts)
    numbers, near = cluster_rows(vectors, count, seed=seed)
    groups = []
    for number in np.argsort(-np.bincount(numbers, minlength=count), kind="stable"):
        rows = np.flatnonzero(numbers == number)
        rows = rows[np.argsort(-near[rows], kind="stable")]
        if len(rows):
            groups.append(([int(row) + 1 for row in rows], [texts[row] for row in rows], float(near[rows].mean())))
    return TextGroups(groups, "closeness", f"{len(texts):,} texts in {len(groups)} groups; seed {seed}")


def _encoder(bundle: Path | None, device: str) -> Encoder:
    return SentencesPredictor.load(bundle or own_encoder_folder(), device=device).encoder


def _texts(file: Path, text_column: str | None) -> list[str]:
    rows = open_rows(file, text_column=text_column, note=note)
    return [row.text for batch in rows.batches for row in batch]


def _lessons(questions: Sequence[Question], texts: Sequence[Path], settings: SentencesSettings) -> Lessons:
    """Return what is learned from, the vectors of teachers included, which the home keeps."""
    wordings = list(dict.fromkeys(text for each in questions for text in (each.answer, *each.wordings.values())))
    pieces = [
        pieces_of(path, wanted.count, seed=settings.seed) for path, wanted in zip(texts, settings.pieces, strict=True)
    ]
    kept = default_home() / TEACHERS
    with progress_line("teaching") as progress:

        def taught(given: Sequence[str], name: TeacherName) -> ndarray:
            return teacher_vectors(given, name, kept, progress=progress)

        of_wordings: dict[str, ndarray] = {name: taught(wordings, name) for name in settings.teachers}
        of_pieces: dict[str, ndarray] = {
            name: np.concatenate([taught(some, name) for some in pieces]) for name in settings.teachers[:1] if pieces
        }
    learned = [piece for some in pieces for piece in some] if of_pieces else []
    return Lessons(Taught(learned, of_pieces), questions, Taught(wordings, of_wordings))


def _protocol(measured: EvaluationReport | None, settings: SentencesSettings) -> str:
    if measured is None:
        return f"trained on all of the paraphrases; seed {settings.seed}"
    return f"{', '.join(settings.held_out)} held out, by which the best weights were kept: {measured.protocol}"


def _figures(report: EvaluationReport) -> Table:
    rows = []
    for name, value in report.metrics.items():
        low, high = report.intervals.get(name, (None, None))
        interval = f"{low:.4f} – {high:.4f}" if low is not None else ""
        beside = report.baseline.get(name)
        rows.append([name.replace("_", " "), f"{value:.4f}", interval, f"{beside:.4f}" if beside is not None else ""])
    remark = f"{report.protocol}\n{report.details['texts_per_second']:,} texts a second"
    return Table(f"n = {report.n}", ["metric", "encoder", "95 % interval", "BM25"], rows, [remark])
