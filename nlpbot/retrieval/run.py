"""What the commands of `retrieval` do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch

from nlpbot.core.bundles.bundle import open_bundle
from nlpbot.core.bundles.manifest import MANIFEST, NO_BUNDLE
from nlpbot.core.datasets.catalog import named_data
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import Table, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.runs.ablation import ablation_tables
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import RunFolder
from nlpbot.encoding.own import encoder_of, fitting_encoder
from nlpbot.retrieval.config import MeaningName, RetrievalSettings, choose_settings
from nlpbot.retrieval.data import Topic, gather_topics
from nlpbot.retrieval.evaluate import evaluate_retriever
from nlpbot.retrieval.predictor import Hit, RetrievalPredictor
from nlpbot.retrieval.train import TrainedRetriever, train_retriever

__all__ = ["FoundAnswers", "evaluate", "search", "train_bundle"]

SHOWN = {"recall_at_1": "recall at 1", "recall_at_5": "recall at 5", "mrr": "mrr"}


def train_bundle(
    source: Path, options: TrainOptions, *, vectors: Path | None = None, encoder: Path | None = None
) -> TrainedBundle:
    """Return the bundle that was trained on topics, on questions and answers, or by a settings file.

    Args:
        source: a table, topics (.yaml), or a settings file.
        options: where to, and how.
        vectors: bundle of word vectors that a dual encoder starts from.
        encoder: bundle of the sentence encoder; by default the one that comes along, where it knows the language;
            `NO_BUNDLE` for none.
    """
    options.check()
    paths, settings = [source], None
    if source.suffix == ".toml":
        settings = load_settings(source, RetrievalSettings)
        paths = named_data(source, settings.data, what="file of questions and answers")
    topics = gather_topics(paths)
    start = WordVectors.load(open_bundle(vectors, kind="vectors")) if vectors not in (None, NO_BUNDLE) else None
    trained_here = start is not None or (settings is not None and settings.meaning == "dual")
    read_by = fitting_encoder(_texts(topics), encoder) if not trained_here else None
    chosen = with_seed(settings or choose_settings(_questions(topics), meaning=_meaning(read_by)), options.seed)
    used = vectors if start is not None else read_by if chosen.meaning == "sentences" else None
    sources = [*paths, *([used / MANIFEST] if used is not None else [])]
    with start_run(options, chosen, hashes_of(sources)) as run:
        device = resolve_device(options.device)
        trained = _train(topics, run.settings, device, vectors=start, read_by=read_by, folder=run.folder)
        metrics = {**trained.metrics, "held_out": trained.held_out, "weight": trained.predictor.weight}
        baseline = {"name": "bm25", "accuracy": trained.metrics["bm25"]} if trained.held_out else {"name": "bm25"}
        record = TrainingRecord(
            settings=run.settings,
            seed=run.settings.seed,
            data=run.data,
            metrics=metrics,
            baseline=baseline,
            protocol=trained.protocol,
            seconds=trained.seconds,
            run=trained.run,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    return TrainedBundle(folder, record, [_comparison(trained, folder)])


@dataclass(frozen=True, slots=True)
class FoundAnswers:
    """A question, and the answers that fit it best."""

    question: str
    hits: Sequence[Hit]

    def to_json(self) -> dict[str, Any]:
        """Return the question with each answer and its score."""
        return {"question": self.question, "hits": [{"score": hit.score, **asdict(hit.topic)} for hit in self.hits]}

    @property
    def tables(self) -> list[Table]:
        """The answers, the best first."""
        rows = [[f"{hit.score:.3f}", hit.topic.title, hit.topic.answer] for hit in self.hits]
        return [Table("", ["score", "topic", "answer"], rows)]


def search(bundle: Path, text: str, *, most: int, device: str) -> FoundAnswers:
    """Return the answers that fit a question best."""
    (found,) = RetrievalPredictor.load(bundle, device=device).predict([text], most=most)
    return FoundAnswers(text, found.hits)


def evaluate(
    bundle: Path | None,
    *,
    train: Path | None = None,
    test: Path | None = None,
    encoder: Path | None = None,
    ablate: bool = False,
    seed: int = 0,
    device: str = "auto",
) -> EvaluationReport:
    """Return how high the right answer comes, in a bundle or in what is trained for it.

    Args:
        bundle: of the retriever.
        train: questions and answers to train on first.
        test: questions and answers to measure on.
        encoder: bundle of the sentence encoder that is trained with; by default as in training.
        ablate: whether the retriever is measured without each of its parts too.
        seed: of everything random.
        device: where to compute.

    Raises:
        ConfigError: the options don't say what to measure on what.
    """
    match (bundle, train, test):
        case (Path(), None, Path()):
            predictor = RetrievalPredictor.load(bundle, device=device)
            report = evaluate_retriever(predictor, gather_topics([test]), seed=seed, ablate=ablate)
        case (None, Path(), Path()):
            held = gather_topics([test])
            topics = gather_topics([train])
            read_by = fitting_encoder(_texts(topics), encoder)
            settings = choose_settings(_questions(topics), meaning=_meaning(read_by), seed=seed)
            trained = _train(topics, settings, resolve_device(device), read_by=read_by)
            found = evaluate_retriever(trained.predictor, held, seed=seed, ablate=ablate)
            details = {**found.details, "training_s": trained.seconds}
            report = replace(found, protocol=f"{found.protocol}; {trained.protocol}", details=details)
        case _:
            raise ConfigError("evaluate: one of these expected: BUNDLE --test FILE; --train FILE --test FILE")
    worth = ablation_tables(report.details.get("ablation", {}), SHOWN)
    return replace(report, tables=[_figures(report), *worth])


def _figures(report: EvaluationReport) -> Table:
    """Return an evaluation with BM25 and the encoder alone beside it."""
    others = {"BM25 alone": report.baseline}
    if "encoder" in report.details:
        others["encoder alone"] = report.details["encoder"]
    rows = []
    for name, (low, high) in report.intervals.items():
        beside = [f"{metrics[name]:.4f}" for metrics in others.values()]
        rows.append([name.replace("_", " "), f"{report.metrics[name]:.4f}", f"{low:.4f} – {high:.4f}", *beside])
    remark = f"{report.protocol}\n{report.seconds:.1f} s to answer; {_served(report.details['weight'])} served"
    return Table(f"n = {report.n}", ["metric", "served", "95 % interval", *others], rows, [remark])


def _questions(topics: Sequence[Topic]) -> int:
    return sum(len(topic.questions) for topic in topics)


def _texts(topics: Sequence[Topic]) -> list[str]:
    return [question for topic in topics for question in topic.questions]


def _meaning(read_by: Path | None) -> MeaningName:
    return "sentences" if read_by is not None else "dual"


def _train(
    topics: list[Topic],
    settings: RetrievalSettings,
    device: torch.device,
    *,
    vectors: WordVectors | None = None,
    read_by: Path | None = None,
    folder: RunFolder | None = None,
) -> TrainedRetriever:
    sentences = encoder_of(read_by, device) if read_by is not None and settings.meaning == "sentences" else None
    note(f"{len(topics)} answers, {_questions(topics)} questions")
    with progress_line("training") as progress:
        return train_retriever(
            topics, settings, device, vectors=vectors, sentences=sentences, folder=folder, progress=progress
        )


def _comparison(trained: TrainedRetriever, out: Path) -> Table:
    """Return the parts side by side."""
    names = {
        "accuracy": f"served ({_served(trained.predictor.weight)})",
        "bm25": "BM25",
        "blend": "BM25 and encoder",
        "encoder": "encoder",
    }
    rows = [[words, f"{trained.metrics[name]:.4f}"] for name, words in names.items() if name in trained.metrics]
    notes = [trained.protocol, f"{out}: written in {trained.seconds:.0f} s"]
    if not rows:  # nothing was held out
        return Table("", (), (), notes)
    return Table(f"{trained.held_out} questions held out", ["model", "right answer first"], rows, notes)


def _served(weight: float) -> str:
    return f"BM25 and encoder, weight {weight:.1f}" if weight else "BM25 alone"
