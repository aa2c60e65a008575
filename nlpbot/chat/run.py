"""What the commands of `chat` do."""

from collections.abc import Sequence
from pathlib import Path

from nlpbot.chat.config import ChatSettings
from nlpbot.chat.data import load_knowledge
from nlpbot.chat.train import train_chat
from nlpbot.core.catalog import data_folder
from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import Table, note, print_json, print_table, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.hashes import hashes_of
from nlpbot.core.train_options import TrainOptions, start_run
from nlpbot.core.training_record import TrainedBundle, TrainingRecord, write_bundle
from nlpbot.retrieval.data import load_topics

__all__ = ["check_file", "train_bundle"]

FEW_QUESTIONS = 3
LISTED = 10


def train_bundle(source: Path | None, options: TrainOptions) -> TrainedBundle:
    """Return the bundle that was trained by a settings file or on one's own questions and answers.

    Args:
        source: the file; without one, what comes along with nlpbot.
        options: where to, and how.
    """
    options.check()
    source = source or data_folder("chat") / "chat.toml"
    is_settings = source.suffix == ".toml"
    settings = load_settings(source, ChatSettings) if is_settings else ChatSettings(topics=(source.name,))
    knowledge = load_knowledge(settings, source.parent)
    with start_run(options, with_seed(settings, options.seed), hashes_of(knowledge.paths)) as run:
        questions = sum(len(topic.questions) for topic in knowledge.topics)
        note(f"{len(knowledge.topics)} topics, {questions} questions, {len(knowledge.out_of_scope)} out of scope")
        with progress_line("training") as progress, knowledge.concepts.remembering():
            device = resolve_device(options.device)
            trained = train_chat(knowledge, run.settings, device, folder=run.folder, progress=progress)
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
    title = f"{folder}: questions held out, {trained.seconds:.0f} s"
    return TrainedBundle(folder, record, [Table(title, ["measure", "value"], rows, [trained.protocol])])


def check_file(file: Path, *, as_json: bool) -> None:
    """Print what is in a file of topics or of questions and answers, and what is thin in it."""
    topics = load_topics(file)
    thin = [topic.title for topic in topics if len(topic.questions) < FEW_QUESTIONS]
    asked: dict[str, str] = {}
    twice = [q for topic in topics for q in topic.questions if asked.setdefault(q.casefold(), topic.id) != topic.id]
    facts = {
        "topics": len(topics),
        "questions": sum(len(topic.questions) for topic in topics),
        "languages": sorted({topic.language for topic in topics}),
        "few_questions": thin,
        "asked_twice": twice,
    }
    if as_json:
        print_json(facts)
        return
    rows = [[name.replace("_", " "), str(len(v) if isinstance(v, list) else v)] for name, v in facts.items()]
    print_table(str(file), ["what", "count"], rows)
    _list(f"fewer than {FEW_QUESTIONS} ways to ask", thin)
    _list("asked under two answers", twice)


def _list(what: str, found: Sequence[str]) -> None:
    """Say what is true of some things, and of how many more."""
    for each in found[:LISTED]:
        note(f"{what}: {each}")
    if len(found) > LISTED:
        note(f"{what}: and {len(found) - LISTED} more; --json lists all")
