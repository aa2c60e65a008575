"""What `nlpbot chat evaluate` prints: answers by their topics, intents by their labels."""

from pathlib import Path
from typing import Any

from nlpbot.chat.evaluate import evaluate_answers, read_accepted, read_questions
from nlpbot.chat.predictor import ChatPredictor
from nlpbot.classify.report import print_report
from nlpbot.classify.run import run_evaluation
from nlpbot.core.console import note, print_json, print_table
from nlpbot.core.row_files import row_file

__all__ = ["measure_answers", "measure_intents"]


def measure_answers(
    bundle: Path,
    questions: Path,
    accept: Path | None,
    *,
    predictions: Path | None = None,
    device: str,
    as_json: bool,
) -> None:
    """Print how often the right answer came first, and how often it was sure of what it can't know."""
    predictor = ChatPredictor.load(bundle, device=device)
    accepted = read_accepted(accept) if accept is not None else None
    report = evaluate_answers(predictor, read_questions(questions), accepted)
    answers = report.pop("answers")
    if predictions is not None:
        with row_file(predictions, ("gist", "predicted", "known", "likely", "text")) as write:
            for answer in answers:
                first = answer["found"][0] if answer["found"] else ""
                opinion = {"known": answer["known"], "likely": answer["likely"]}
                write({"gist": answer["gist"], "predicted": first, **opinion, "text": answer["question"]})
    if as_json:
        print_json(report)
        return
    rows = [
        [language, name.replace("_", " "), f"{value:.3f}", str(values["n"])]
        for language, values in report["languages"].items()
        for name, value in values.items()
        if name != "n"
    ]
    print_table(questions.name, ["language", "measure", "rate", "in scope"], rows)
    note(f"{len(report['missed'])} missed; --json lists them")


def measure_intents(bundle: Path | None, out_of_scope: str | None, *, as_json: bool, **options: Any) -> None:
    """Print how well intents are told apart; in-scope accuracy and recall of what is out of scope by name."""
    report = run_evaluation(bundle, **options, apart=out_of_scope.casefold() if out_of_scope else None)
    print_report(report, as_json=as_json)
