"""What the commands of `chat` do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import load_knowledge
from nlpbot.chat.evaluate import evaluate_answers, read_accepted, read_questions, shares_right, write_answers
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.chat.train import train_chat
from nlpbot.classify.evaluate_options import EvaluateOptions
from nlpbot.classify.run import evaluate as evaluate_classifier
from nlpbot.core.bundles.manifest import MANIFEST
from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import load_settings, with_seed
from nlpbot.core.kernel.console import Table, note, progress_line
from nlpbot.core.kernel.device import resolve_device
from nlpbot.core.kernel.hashes import hashes_of
from nlpbot.core.runs.ablation import ablated, ablation_tables
from nlpbot.core.runs.evaluation_report import EvaluationReport
from nlpbot.core.runs.train_options import TrainOptions, start_run
from nlpbot.core.runs.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.encoding.own import encoder_of, fitting_encoder
from nlpbot.retrieval.data import load_topics

__all__ = ["CheckedFile", "check", "evaluate", "train_bundle"]

FEW_QUESTIONS = 3
LISTED = 10
SHOWN = {"right_first": "right first", "right_in_three": "right in three"}


def train_bundle(source: Path | None, options: TrainOptions, *, encoder: Path | None = None) -> TrainedBundle:
    """Return the bundle that was trained by a settings file or on one's own questions and answers.

    Args:
        source: the file; without one, what comes along with nlpbot.
        options: where to, and how.
        encoder: bundle of the sentence encoder; by default the one that comes along, where it knows the language;
            `NO_BUNDLE` for none.
    """
    options.check()
    source = source or data_folder("chat") / "chat.toml"
    is_settings = source.suffix == ".toml"
    settings = load_settings(source, ChatSettings) if is_settings else ChatSettings(topics=(source.name,))
    knowledge = load_knowledge(settings, source.parent)
    trained_here = settings.retrieval is not None and settings.retrieval.meaning == "dual"
    asked = [question for topic in knowledge.topics for question in topic.questions]
    read_by = fitting_encoder(asked, encoder) if not trained_here else None
    sources = [*knowledge.paths, *([read_by / MANIFEST] if read_by is not None else [])]
    with start_run(options, with_seed(settings, options.seed), hashes_of(sources)) as run:
        questions = sum(len(topic.questions) for topic in knowledge.topics)
        note(f"{len(knowledge.topics)} topics, {questions} questions, {len(knowledge.out_of_scope)} out of scope")
        with progress_line("training") as progress, knowledge.concepts.remembering():
            device = resolve_device(options.device)
            sentences = encoder_of(read_by, device) if read_by is not None else None
            trained = train_chat(
                knowledge, run.settings, device, sentences=sentences, folder=run.folder, progress=progress
            )
        record = TrainingRecord(
            settings=trained.settings,
            seed=trained.settings.seed,
            data=run.data,
            metrics=trained.metrics,
            baseline={"name": "bm25", "accuracy": trained.metrics.get("bm25")},
            protocol=trained.protocol,
            seconds=trained.seconds,
            run=trained.run,
        )
        folder = write_bundle(run.draft, trained.predictor, record)
    rows = [[name.replace("_", " "), f"{value:.3f}"] for name, value in trained.metrics.items()]
    notes = [trained.protocol, f"{folder}: written in {trained.seconds:.0f} s"]
    told = Table("questions held out", ["measure", "value"], rows, notes) if rows else Table("", (), (), notes)
    return TrainedBundle(folder, record, [told])


def evaluate(
    bundle: Path | None, options: EvaluateOptions, *, questions: Path | None = None, accept: Path | None = None
) -> EvaluationReport:
    """Return how good the answers of a chatbot are, or how well intents are told apart, and write what was predicted.

    Args:
        bundle: of the chatbot, or of a classifier of intents.
        options: what intents are measured on, and how.
        questions: table of gist and question, to measure answers on.
        accept: file of the topics that answer each gist; by default the topic of the same name.

    Raises:
        ConfigError: the options don't say what to measure on what.
    """
    if bundle is None or questions is None:
        return evaluate_classifier(bundle, options)
    predictor = ChatPredictor.load(bundle, device=options.device)
    accepted = read_accepted(accept) if accept is not None else None
    asked = read_questions(questions)
    report, answers = evaluate_answers(predictor, asked, accepted)
    if options.predictions is not None:
        write_answers(options.predictions, answers)
    parts = predictor.without_parts() if options.ablate else {}
    worth = ablated(predictor, parts, lambda left: shares_right(left, asked, accepted)) if options.ablate else {}
    rows = [
        [language, name.replace("_", " "), f"{value:.3f}", str(values["n"])]
        for language, values in report.details["languages"].items()
        for name, value in values.items()
        if name != "n"
    ]
    notes = [f"{len(report.details['missed'])} missed; --json lists them"]
    told = Table(questions.name, ["language", "measure", "rate", "in scope"], rows, notes)
    details = {**report.details, **({"ablation": worth} if worth else {})}
    return replace(report, tables=[told, *ablation_tables(worth, SHOWN)], details=details)


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What is in a file of topics or of questions and answers, and what is thin in it.

    Attributes:
        file: that was checked.
        topics: how many there are.
        questions: how many all of them have.
        languages: of the topics.
        few_questions: titles of topics that have too few.
        asked_twice: questions that stand under two answers.
    """

    file: Path
    topics: int
    questions: int
    languages: list[str]
    few_questions: list[str]
    asked_twice: list[str]

    def to_json(self) -> dict[str, Any]:
        """Return all but the file."""
        return {name: value for name, value in asdict(self).items() if name != "file"}

    @property
    def tables(self) -> list[Table]:
        """How much there is, and the first of what is thin."""
        facts = self.to_json()
        rows = [[name.replace("_", " "), str(len(v) if isinstance(v, list) else v)] for name, v in facts.items()]
        few = _listed(f"fewer than {FEW_QUESTIONS} ways to ask", self.few_questions)
        notes = [*few, *_listed("asked under two answers", self.asked_twice)]
        return [Table(str(self.file), ["what", "count"], rows, notes)]


def check(file: Path) -> CheckedFile:
    """Return what is in a file of topics or of questions and answers, and what is thin in it."""
    topics = load_topics(file)
    asked: dict[str, str] = {}
    twice = [q for topic in topics for q in topic.questions if asked.setdefault(q.casefold(), topic.id) != topic.id]
    return CheckedFile(
        file,
        topics=len(topics),
        questions=sum(len(topic.questions) for topic in topics),
        languages=sorted({topic.language for topic in topics}),
        few_questions=[topic.title for topic in topics if len(topic.questions) < FEW_QUESTIONS],
        asked_twice=twice,
    )


def _listed(what: str, found: Sequence[str]) -> list[str]:
    """Return what is true of some things, and of how many more."""
    more = [f"{what}: and {len(found) - LISTED} more; --json lists all"] if len(found) > LISTED else []
    return [*(f"{what}: {each}" for each in found[:LISTED]), *more]
