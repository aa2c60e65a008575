"""What the commands of `classify` do, and `fraud` and `chat` too: from files to a bundle, from files to figures."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.config import ClassifySettings, ModelName, choose_settings
from nlpbot.classify.data import Labelled, load_labelled
from nlpbot.classify.evaluate import Evaluation, evaluate_folds, evaluate_predictor, evaluate_split, to_report
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.classify.report import baseline_of, comparison, metrics_of, write_predictions
from nlpbot.classify.train import train_classifier
from nlpbot.core.bundle import open_bundle
from nlpbot.core.catalog import named_data
from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import note, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.errors import ConfigError, DataError
from nlpbot.core.hashes import hashes_of
from nlpbot.core.row_files import Output, answer_rows
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import Example
from nlpbot.core.text.rows import open_rows
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.train_options import TrainOptions, start_run
from nlpbot.core.training_record import TrainedBundle, TrainingRecord, write_bundle

__all__ = [
    "of_interest",
    "predict_rows",
    "run_evaluation",
    "train_bundle",
]


def train_bundle(
    data: Path,
    options: TrainOptions,
    *,
    model: ModelName | None = None,
    vectors: Path | None = None,
    valid: Path | None = None,
    keep_duplicates: bool = False,
    columns: Columns | None = None,
) -> TrainedBundle:
    """Return the bundle that was trained on a labelled file or by a settings file, beside the linear model.

    Args:
        data: the file.
        options: where to, and how.
        model: what to train, instead of the settings'.
        vectors: bundle of word vectors to start from.
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
    settings = settings or choose_settings(
        rows.texts,
        labels=len(rows.names),
        model=model or "auto",
        whole_words=vectors is not None,
        seed=options.seed or 0,
    )
    held = Labelled.of(load_labelled([valid], columns), names=rows.names) if valid is not None else None
    start = WordVectors.load(open_bundle(vectors, room="vectors")) if vectors is not None else None
    with start_run(options, settings, hashes_of(paths)) as run:
        note(f"{len(rows)} rows, {len(rows.names)} labels; {_in_words(run.settings)}")
        with progress_line("training") as progress:
            trained = train_classifier(
                rows,
                run.settings,
                resolve_device(options.device),
                valid=held,
                vectors=start,
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


def run_evaluation(
    bundle: Path | None,
    *,
    test: Path | None,
    train: Path | None,
    data: Path | None,
    folds: int,
    keep_duplicates: bool,
    model: str,
    seed: int,
    device: str,
    positive: Sequence[str] = (),
    negative: Sequence[str] = (),
    apart: str | None = None,
    predictions: Path | None = None,
    **columns: str | None,
) -> dict[str, Any]:
    """Return the report of an evaluation, told by which of the options are given, and write what was predicted.

    Raises:
        ConfigError: the options don't say what to measure on what.
    """
    rows = _Rows(_columns(columns), keep_duplicates, tuple(positive), tuple(negative))
    place = resolve_device(device)

    def choose(data: Labelled) -> ClassifySettings:
        return choose_settings(data.texts, labels=len(data.names), model=model, seed=seed)  # type: ignore[arg-type]

    evaluation: Evaluation
    held: Labelled
    match (bundle, train, test, data):
        case (Path(), None, Path(), None):
            predictor = ClassifyPredictor.load(bundle, device=device)
            held = Labelled.of(rows.of_test(test), names=predictor.names)
            evaluation = evaluate_predictor(predictor, held)
        case (None, Path(), Path(), None):
            learned = Labelled.of(rows.of(train))
            held = Labelled.of(rows.of_test(test), names=learned.names)
            with progress_line("training") as progress:
                evaluation = evaluate_split(learned, held, choose(learned), place, progress=progress)
        case (None, None, None, Path()):
            held = Labelled.of(rows.of(data))
            with progress_line(f"{folds} folds") as progress:
                evaluation = evaluate_folds(held, choose, place, folds=folds, seed=seed, progress=progress)
        case _:
            raise ConfigError(
                "evaluate: one of these wanted: BUNDLE --test FILE; --train FILE --test FILE; --data FILE"
            )
    found = [name.casefold() for name in positive]
    _check_named(evaluation.names, found, apart)
    if predictions is not None:
        write_predictions(predictions, evaluation, held.texts)
    report = to_report(evaluation, positive=found, seed=seed, apart=apart)
    return {**report, "protocol": report["protocol"] + ("; near-duplicates kept" if keep_duplicates else "")}


@dataclass(frozen=True, slots=True)
class _Rows:
    """How labelled files are read for an evaluation."""

    columns: Columns
    keep_duplicates: bool
    positive: tuple[str, ...]
    negative: tuple[str, ...]

    def of(self, path: Path) -> list[Example]:
        rows = load_labelled([path], self.columns, keep_duplicates=self.keep_duplicates, note=note)
        return of_interest(rows, self.positive, self.negative)

    def of_test(self, path: Path) -> list[Example]:
        """Return all rows: a test file is measured whole, only what is trained on is freed of twins."""
        rows = load_labelled([path], self.columns, keep_duplicates=True, note=note)
        return of_interest(rows, self.positive, self.negative)


def _check_named(names: Sequence[str], positive: Sequence[str], apart: str | None) -> None:
    unknown = [name for name in positive if name not in names]
    if unknown:
        raise ConfigError(f"--positive {unknown[0]}: no such label; there are {', '.join(names)}")
    if apart is not None and apart not in names:
        raise ConfigError(f"--out-of-scope {apart}: no such label; there are {len(names)} others")


def _columns(columns: dict[str, str | None]) -> Columns:
    return Columns(**{name.removesuffix("_column"): value for name, value in columns.items()})


def of_interest(examples: list[Example], positive: Sequence[str], negative: Sequence[str]) -> list[Example]:
    """Return the rows of the labels named; without negatives named, all rows.

    Raises:
        DataError: no row has one of the positive labels, or none one of the negative.
    """
    if not negative:
        return examples
    found = {example.label for example in examples}
    sides = [{name.casefold() for name in names} for names in (positive, negative)]
    for side in sides:
        if not side & found:
            raise DataError(f"no rows labelled {', '.join(sorted(side))}; there are {', '.join(sorted(found))}")
    return [example for example in examples if example.label in sides[0] | sides[1]]


def _in_words(settings: ClassifySettings) -> str:
    lstm = settings.lstm
    return f"model {settings.model}, LSTM of {lstm.network.hidden} over {lstm.tokens}s, {settings.train.epochs} epochs"
