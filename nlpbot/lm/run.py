"""What the commands of `lm` do: from text to a bundle, from a bundle to text."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from nlpbot.core.bundles.manifest import read_manifest
from nlpbot.core.kernel.console import ProgressLine, Table, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import sha256_of
from nlpbot.core.kernel.memory import keep_freed_memory
from nlpbot.core.plots.drawing import check_plot, plot_curves
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, write_bundle
from nlpbot.core.text.corpus import STDIN, called, read_bytes
from nlpbot.core.training import Report
from nlpbot.lm.baseline import Baseline, fit_baseline
from nlpbot.lm.config import LmSettings, TokenizerName
from nlpbot.lm.data import Corpus, Pieces, StreamBatches
from nlpbot.lm.evaluate import ReadingModes, evaluate_text
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.prepare import describe_run, prepare, read_request
from nlpbot.lm.summary import Summary
from nlpbot.lm.train import train_lm
from nlpbot.lm.validation_text import validation_text

__all__ = ["evaluate", "train_bundle"]

ROWS = {
    "reset": "reset every {every:,}",
    "dynamic": "dynamic evaluation",
    "cache": "neural cache",
    "dynamic_cache": "dynamic and cache",
}
"""What the rows of an evaluation are called; longer names would fold on a narrow terminal."""


def train_bundle(
    sources: Sequence[Path],
    options: TrainOptions,
    *,
    tokenizer: TokenizerName | None = None,
    minutes: float | None = None,
    valid: Path | None = None,
    plot: Path | None = None,
    verbose: bool = False,
) -> TrainedBundle:
    """Return the bundle that was trained on text files or by a settings file, beside n-grams.

    Args:
        sources: text files, or one settings file.
        options: where to, and how.
        tokenizer: what a token is, for text files.
        minutes: to train, instead of the settings'.
        valid: text to validate on, instead of the settings'.
        plot: a picture of the curves to draw.
        verbose: whether each report gets a line.
    """
    began = time.monotonic()
    keep_freed_memory()
    options.check()
    if plot is not None:
        check_plot(plot)
    request = read_request(sources, tokenizer=tokenizer, minutes=minutes, valid=valid, seed=options.seed)
    with start_run(options, request.settings, request.hashes()) as run:
        settings = run.settings
        corpus = prepare(replace(request, settings=settings), run.draft.folder, resume=run.folder.resume)
        note(describe_run(settings, corpus))
        batches = StreamBatches(corpus.train, batch=settings.train.batch_size, length=settings.length)
        tokens_a_step = settings.train.accumulate * batches.tokens
        with progress_line("training") as progress:
            show = _shown(progress, tokens_a_step, verbose=verbose)
            trained = train_lm(corpus, settings, resolve_device(options.device), folder=run.folder, show=show)
        note("counting n-grams, the baseline")
        summary = Summary(trained, _baseline(corpus, settings), corpus, settings)
        record = summary.record(run.data)
        folder = write_bundle(run.draft, trained.predictor, record)
    if plot is not None:
        plot_curves(trained.run.points, plot)
    table = summary.table(folder)
    if settings.train.minutes is not None and not options.resume:
        table = replace(table, notes=[*table.notes, _times(trained.run.seconds, time.monotonic() - began)])
    return TrainedBundle(folder, record, [table])


def _times(training_s: float, all_s: float) -> str:
    return (
        f"trained and validated for {training_s:.0f} s; reading, n-grams and the like took {all_s - training_s:.0f} s "
        "more"
    )


def _baseline(corpus: Corpus, settings: LmSettings) -> Baseline | None:
    if len(corpus.valid) < 2:  # nothing to compare on
        return None
    vocabulary = len(corpus.tokenizer.vocabulary)
    kind, size = settings.tokenizer.kind, corpus.bytes_a_token
    return fit_baseline(corpus.train, corpus.measured, vocabulary=vocabulary, kind=kind, bytes_a_token=size)


def _shown(progress: ProgressLine, tokens_a_step: int, *, verbose: bool) -> Callable[[Report], None]:
    """Return what shows each report: losses, the last validation, learning rate, and tokens a second."""
    before: tuple[int, float] | None = None
    validation = ""

    def show(report: Report) -> None:
        nonlocal before, validation
        step, seconds = before or (0, 0.0)
        rate = (report.step - step) * tokens_a_step / max(report.seconds - seconds, 1e-9)
        before = (report.step, report.seconds)
        if report.valid_loss is not None:
            validation = f", validation {report.valid_loss:.4f}"
        losses = f"loss {report.train_loss:.4f}{validation}"
        line = f"{losses}, learning rate {report.learning_rate:.2g}, {rate:,.0f} tokens/s"
        progress(report.step, report.steps or 0, line)
        if verbose:
            note(f"step {report.step}: {line}")

    return show


def evaluate(
    bundle: Path, file: Path, *, modes: ReadingModes, valid: Path | None = None, device: str = "auto"
) -> EvaluationReport:
    """Return how well a language model predicts a text, a row for each way of reading it.

    Args:
        bundle: of the language model.
        file: the text.
        modes: more ways of reading it.
        valid: text to tune these on, instead of that of the training.
        device: where to compute.
    """
    predictor = LmPredictor.load(bundle, device=device)
    model, tokenizer, place = predictor.model, predictor.tokenizer, predictor.device
    with progress_line("reading") as progress, TemporaryDirectory(prefix="nlpbot-") as folder:
        held = Path(folder)
        text = _kept(file, held) if file == STDIN else file
        known = _text_to_tune_on(bundle, text, valid) if modes.dynamic or modes.cache else ()
        report = evaluate_text(
            model, tokenizer, Pieces([text]), place, modes=modes, valid=known, folder=held, progress=progress
        )
    return replace(report, tables=[_readings_table(report, str(called(file)))])


def _kept(file: Path, folder: Path) -> Path:
    """Return the copy of a text that can be read once, kept in a folder."""
    copy = folder / "text"
    with copy.open("wb") as target:
        target.writelines(read_bytes(file))
    return copy


def _text_to_tune_on(bundle: Path, file: Path, valid: Path | None) -> Pieces:
    if valid is None:
        return validation_text(read_manifest(bundle), (Path(), file.parent, bundle.parent), measured=file)
    if valid.is_file() and file.is_file() and sha256_of(valid) == sha256_of(file):
        raise ConfigError(f"--valid: {valid} is the text to measure on; one of its own expected to tune on")
    return Pieces([valid])


def _readings_table(report: EvaluationReport, name: str) -> Table:
    """Return a row for each reading of a text, and what was tuned for it."""
    rows: dict[str, dict[str, Any]] = {"state carried": {**report.metrics, "seconds": report.seconds}}
    rows |= {
        title.format(**report.details[key]): report.details[key] for key, title in ROWS.items() if key in report.details
    }
    names = ("nats_per_token", "perplexity", "bits_per_character")
    columns = ["reading", "nats a token", "perplexity", "bits a character", "seconds"]
    cells = [[title, *(f"{row[name]:.4f}" for name in names), f"{row['seconds']:.1f}"] for title, row in rows.items()]
    notes = [report.protocol]
    for title, row in rows.items():
        if "tuned" in row:
            values = ", ".join(f"{name.replace('_', ' ')} {value:.3g}" for name, value in row["tuned"].items())
            notes.append(f"{title}, tuned on validation text in {row['tuning_seconds']:.0f} s: {values}")
    return Table(f"{name}: {report.n:,} tokens", columns, cells, notes)
