"""What the commands of `classify` do, and `fraud` and `chat` too: from files to a bundle, from files to figures."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.ablation import with_ablation
from nlpbot.classify.config import ClassifySettings, ModelName, NetworkName, choose_settings
from nlpbot.classify.data import Labelled, load_labelled
from nlpbot.classify.evaluate import Evaluation, evaluate_folds, evaluate_predictor, evaluate_split, report_of
from nlpbot.classify.evaluate_options import EvaluateOptions
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.classify.report import baseline_of, comparison, metrics_of, with_tables, write_predictions
from nlpbot.classify.train import TrainedClassifier, train_classifier
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.manifest import MANIFEST, NO_BUNDLE
from nlpbot.core.datasets.catalog import named_data
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import ProgressLine, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.terminal.row_files import Output, answer_rows
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.rows import open_rows
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.encoding.own import encoder_of, fitting_encoder

__all__ = ["evaluate", "predict_rows", "train_bundle"]


def train_bundle(
    data: Path,
    options: TrainOptions,
    *,
    model: ModelName | None = None,
    vectors: Path | None = None,
    encoder: Path | None = None,
    valid: Path | None = None,
    keep_duplicates: bool = False,
    columns: Columns | None = None,
) -> TrainedBundle:
    """Return the bundle that was trained on a labelled file or by a settings file, beside the linear model.

    Args:
        data: the file.
        options: where to, and how.
        model: what to train, instead of the settings'.
        vectors: bundle of word vectors that an LSTM starts from.
        encoder: bundle of the sentence encoder that is tuned; by default the one that comes along, where it knows the
            language; `NO_BUNDLE` for none.
        valid: labelled file to choose and calibrate on.
        keep_duplicates: whether near-duplicates are kept.
        columns: what the columns of labelled files are called, where not as usual.
    """
    options.check()
    paths, settings = [data], None
    if data.suffix == ".toml":
        settings = load_settings(data, ClassifySettings)
        paths = named_data(data, settings.data, what="labelled file")
        changes = {"model": model} if model is not None else {}
        settings = with_seed(settings.model_copy(update=changes), options.seed)
    rows = Labelled.of(load_labelled(paths, columns, keep_duplicates=keep_duplicates, note=note))
    start = WordVectors.load(open_bundle(vectors, kind="vectors")) if vectors not in (None, NO_BUNDLE) else None
    learns_alone = start is not None or (settings is not None and not settings.tunes_encoder)
    tuned = fitting_encoder(rows.texts, encoder) if not learns_alone else None
    settings = settings or choose_settings(
        rows.texts,
        labels=len(rows.names),
        model=model or "auto",
        network="encoder" if tuned is not None else "lstm",
        whole_words=start is not None,
        seed=options.seed or 0,
    )
    held = Labelled.of(load_labelled([valid], columns), names=rows.names) if valid is not None else None
    started_from = vectors if start is not None else tuned if settings.tunes_encoder else None
    others = [valid, started_from / MANIFEST if started_from is not None else None]
    sources = list(dict.fromkeys([*paths, *(path for path in others if path is not None)]))
    given = {"keep_duplicates": keep_duplicates, "columns": asdict(columns) if columns is not None else None}
    with start_run(options, settings, hashes_of(sources), given=given) as run:
        note(f"{len(rows)} rows, {len(rows.names)} labels; {_in_words(run.settings)}")
        device = resolve_device(options.device)
        with progress_line("training") as progress:
            trained = train_classifier(
                rows,
                run.settings,
                device,
                valid=held,
                vectors=start,
                encoder=encoder_of(tuned, device) if tuned is not None and settings.tunes_encoder else None,
                folder=run.folder,
                progress=progress,
            )
        record = TrainingRecord(
            settings=run.settings,
            seed=run.settings.seed,
            data=run.data,
            metrics=metrics_of(trained),
            baseline=baseline_of(trained),
            protocol=trained.protocol,
            seconds=trained.seconds,
            run=trained.run,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    return TrainedBundle(folder, record, [comparison(trained, folder)])


def predict_rows(bundle: Path, file: Path, output: Output, *, text_column: str | None, top: int, device: str) -> None:
    """Write the likeliest labels of each row of a file before its own columns; a blank one has none.

    Args:
        bundle: of the classifier.
        file: a table, or lines of text.
        output: where to.
        text_column: which column is the text.
        top: labels told of each, the likeliest first.
        device: where to compute.
    """
    predictor = ClassifyPredictor.load(bundle, device=device)
    count = min(top, len(predictor.names))
    places = ["", *(f"_{place}" for place in range(2, count + 1))]
    new = [f"{name}{place}" for place in places for name in ("label", "probability")]

    def answer(texts: list[str]) -> list[dict[str, Any]]:
        found = iter(predictor.probabilities([text for text in texts if text]))
        return [_likeliest(predictor.names, next(found), new) if text else dict.fromkeys(new) for text in texts]

    answer_rows(open_rows(file, text_column=text_column, note=note), answer, new, output, name="predictions")


def _likeliest(names: Sequence[str], row: Float[ndarray, " L"], new: Sequence[str]) -> dict[str, Any]:
    best = np.argsort(-row, kind="stable")[: len(new) // 2]
    return dict(zip(new, (value for k in best for value in (names[k], round(float(row[k]), 4))), strict=True))


def evaluate(bundle: Path | None, options: EvaluateOptions) -> EvaluationReport:
    """Return how good a bundle is, or what is trained for it, and write what was predicted.

    Raises:
        ConfigError: the options don't say what to measure on what.
    """
    if options.ablate and options.data is not None:
        raise ConfigError("--ablate: BUNDLE --test FILE or --train FILE --test FILE expected, not --data")
    evaluation, held = _measured(bundle, options)
    positive = [name.casefold() for name in options.positive]
    out_of_scope = options.out_of_scope.casefold() if options.out_of_scope else None
    _check_named(evaluation.names, positive, out_of_scope)
    if options.predictions is not None:
        write_predictions(options.predictions, evaluation, held.texts)
    if options.keep_duplicates:
        evaluation = replace(evaluation, protocol=f"{evaluation.protocol}; near-duplicates kept")
    report = report_of(evaluation, positive=positive, seed=options.seed, out_of_scope=out_of_scope)
    if options.ablate and evaluation.predictor is not None:
        report = with_ablation(report, evaluation.predictor, held, positive, more=_without_encoder(options, evaluation))
    return with_tables(report)


def _without_encoder(options: EvaluateOptions, evaluation: Evaluation) -> dict[str, ClassifyPredictor]:
    """Return what is trained without the sentence encoder, where it was trained with it."""
    if "encoder" not in evaluation.alternatives or options.model not in ("auto", "stacked"):
        return {}
    without, _ = _measured(None, replace(options, encoder=NO_BUNDLE))
    return {"sentence encoder": without.predictor} if without.predictor is not None else {}


def _measured(bundle: Path | None, options: EvaluateOptions) -> tuple[Evaluation, Labelled]:
    """Return what the options ask for, and the rows that it was measured on."""
    place = resolve_device(options.device)

    def fit(data: Labelled, progress: ProgressLine | None) -> TrainedClassifier:
        tuned = fitting_encoder(data.texts, options.encoder)
        network: NetworkName = "encoder" if tuned is not None else "lstm"
        settings = choose_settings(
            data.texts, labels=len(data.names), model=options.model, network=network, seed=options.seed
        )
        encoder = encoder_of(tuned, place) if tuned is not None else None
        return train_classifier(data, settings, place, encoder=encoder, progress=progress)

    match (bundle, options.train, options.test, options.data):
        case (Path(), None, Path() as test, None):
            predictor = ClassifyPredictor.load(bundle, device=options.device)
            held = Labelled.of(options.test_rows(test), names=predictor.names)
            return evaluate_predictor(predictor, held), held
        case (None, Path() as train, Path() as test, None):
            learned = Labelled.of(options.train_rows(train))
            held = Labelled.of(options.test_rows(test), names=learned.names)
            with progress_line("training") as progress:
                return evaluate_split(learned, held, fit, progress=progress), held
        case (None, None, None, Path() as data):
            held, folds = Labelled.of(options.train_rows(data)), options.folds
            with progress_line(f"{folds} folds") as progress:
                return evaluate_folds(held, fit, folds=folds, seed=options.seed, progress=progress), held
        case _:
            raise ConfigError(
                "evaluate: one of these expected: BUNDLE --test FILE; --train FILE --test FILE; --data FILE"
            )


def _check_named(names: Sequence[str], positive: Sequence[str], out_of_scope: str | None) -> None:
    unknown = [name for name in positive if name not in names]
    if unknown:
        raise ConfigError(f"--positive {unknown[0]}: no such label; there are {', '.join(names)}")
    if out_of_scope is not None and out_of_scope not in names:
        raise ConfigError(f"--out-of-scope {out_of_scope}: no such label; there are {len(names)} others")


def _in_words(settings: ClassifySettings) -> str:
    lstm = settings.lstm
    if settings.tunes_encoder:
        return f"model {settings.model}, sentence encoder tuned for {settings.encoder.train.epochs} epochs"
    return f"model {settings.model}, LSTM of {lstm.network.hidden} over {lstm.tokens}s, {settings.train.epochs} epochs"
