"""What the commands of `fraud` do: from files to a bundle, from messages to verdicts."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nlpbot.classify.config import NetworkName, choose_settings
from nlpbot.classify.data import load_labelled
from nlpbot.classify.evaluate_options import EvaluateOptions
from nlpbot.classify.report import baseline_of, comparison, metrics_of
from nlpbot.classify.run import evaluate as evaluate_classifier
from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.manifest import MANIFEST
from nlpbot.core.bundles.values import read_values
from nlpbot.core.datasets.catalog import data_folder, named_data
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.terminal.row_files import Output, answer_rows
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.language import language_of
from nlpbot.core.text.rows import open_rows
from nlpbot.encoding.own import encoder_of, fitting_encoder
from nlpbot.fraud.config import POSITIVE_LABELS, FraudSettings
from nlpbot.fraud.data import FRAUD
from nlpbot.fraud.evaluate import evaluate_scorer
from nlpbot.fraud.judgement import judge
from nlpbot.fraud.predictor import FraudPredictor
from nlpbot.fraud.results import ExplainedMessage, ScorerCard
from nlpbot.fraud.train import train_fraud
from nlpbot.fraud.wording import Wording, wording_files

__all__ = ["describe", "evaluate", "explain", "score_messages", "train_bundle"]

DEFAULT_SETTINGS = "fraud.toml"


def train_bundle(
    data: Sequence[Path],
    options: TrainOptions,
    *,
    positive: Sequence[str] = (),
    encoder: Path | None = None,
    columns: Columns | None = None,
) -> TrainedBundle:
    """Return the bundle that was trained on labelled files or by a settings file.

    Args:
        data: the files; without any, on what comes along with nlpbot.
        options: where to, and how.
        positive: labels that mean fraud, instead of the settings'.
        encoder: bundle of the sentence encoder that is tuned; by default the one that comes along, where it knows the
            language; `NO_BUNDLE` for none.
        columns: what the columns of labelled files are called, where not as usual.
    """
    options.check()
    given = list(data) or [data_folder("fraud") / DEFAULT_SETTINGS]
    settings, words = FraudSettings(), wording_files()
    if given[0].suffix == ".toml":
        settings = load_settings(given[0], FraudSettings)
        words = wording_files(given[0].parent / settings.wording if settings.wording is not None else None)
        given = named_data(given[0], settings.data, what="labelled file")
    if positive:
        settings = settings.model_copy(update={"positive": tuple(positive)})
    wording = read_values(words, Wording)
    examples = load_labelled(given, columns, note=note)
    note(f"{len(examples)} messages")
    texts = [example.text for example in examples]
    tuned = fitting_encoder(texts, encoder) if settings.classify is None or settings.classify.tunes_encoder else None
    network: NetworkName = "encoder" if tuned is not None else "lstm"
    chosen = with_seed(settings.classify or choose_settings(texts, labels=2, network=network), options.seed)
    settings = settings.model_copy(update={"classify": chosen})
    named = {"columns": asdict(columns) if columns is not None else None}
    sources = [*given, *words, *([tuned / MANIFEST] if tuned is not None else [])]
    with start_run(options, settings, hashes_of(sources), given=named) as run:
        device = resolve_device(options.device)
        with progress_line("training") as progress:
            trained = train_fraud(
                examples,
                run.settings,
                device,
                wording=wording,
                encoder=encoder_of(tuned, device) if tuned is not None else None,
                folder=run.folder,
                progress=progress,
            )
        detector = trained.detector
        record = TrainingRecord(
            settings=trained.settings,
            seed=trained.classify.seed,
            data=run.data,
            metrics={**metrics_of(detector), **trained.metrics},
            baseline=baseline_of(detector),
            protocol=detector.protocol,
            seconds=detector.seconds,
            run=detector.run,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    return TrainedBundle(folder, record, [comparison(detector, folder)])


def evaluate(bundle: Path | None, options: EvaluateOptions) -> EvaluationReport:
    """Return how good a scorer is, and write what is predicted; without a bundle a classifier is trained for it.

    Raises:
        ConfigError: the options don't say what to measure on what, or which label means fraud.
    """
    test = options.test
    if bundle is None or test is None or options.train is not None or options.data is not None:
        return evaluate_classifier(bundle, replace(options, positive=options.positive or (FRAUD,)))
    options = replace(options, positive=options.positive or POSITIVE_LABELS)
    examples = options.test_rows(test)
    predictor = FraudPredictor.load(bundle, device=options.device)
    return evaluate_scorer(
        predictor,
        examples,
        positive=options.positive,
        seed=options.seed,
        predictions=options.predictions,
        ablate=options.ablate,
    )


def score_messages(bundle: Path, file: Path, output: Output, *, text_column: str | None, device: str) -> None:
    """Write the verdict of each row of a file before its own columns; the file may be larger than memory.

    Args:
        bundle: of the scorer.
        file: a table, or lines of text.
        output: where to.
        text_column: which column is the text.
        device: where to compute.
    """
    predictor = FraudPredictor.load(bundle, device=device)

    def answer(texts: list[str]) -> list[dict[str, Any]]:
        return [
            {"verdict": verdict.verdict, "probability": round(verdict.probability, 4), "kind": verdict.kind}
            for verdict in predictor.predict(texts)
        ]

    rows = open_rows(file, text_column=text_column, note=note)
    answer_rows(rows, answer, ("verdict", "probability", "kind"), output, name="verdicts")


def explain(bundle: Path, text: str, *, device: str) -> ExplainedMessage:
    """Return the verdict of one message, with the words that made it so."""
    predictor = FraudPredictor.load(bundle, device=device)
    verdict = predictor.explain([text])[0]
    return ExplainedMessage(judge(text, verdict, language_of(text), predictor.wording, synthetic=predictor.synthetic))


def describe(bundle: Path) -> ScorerCard:
    """Return what a scorer was trained on, how it did on messages held out, and where its thresholds lie."""
    return ScorerCard(bundle, open_bundle(bundle, kind=FraudPredictor.kind).manifest)
