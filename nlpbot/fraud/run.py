"""What the commands of `fraud` do: from files to a bundle, from messages to verdicts."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import IO, Any

from nlpbot.classify.data import load_labelled
from nlpbot.classify.run import manifest_of, print_comparison
from nlpbot.core.bundle import BundleDraft, check_free, open_bundle
from nlpbot.core.catalog import data_folder, named_data
from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import note, print_json, print_table, print_text, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.text.columns import Columns
from nlpbot.core.text.labelled import read_texts
from nlpbot.core.text.language import language_of
from nlpbot.fraud.config import FraudSettings
from nlpbot.fraud.predictor import ROOM, FraudPredictor, Verdict
from nlpbot.fraud.train import train_fraud
from nlpbot.fraud.wording import judge

__all__ = ["describe_bundle", "explain_text", "score_messages", "train_bundle"]

CHUNK = 512
DEFAULT_SETTINGS = "fraud.toml"


def train_bundle(
    data: Sequence[Path],
    out: Path,
    *,
    positive: Sequence[str],
    force: bool,
    seed: int | None,
    device: str,
    columns: Columns | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> None:
    """Train on labelled files or a settings file (by default the one that comes with nlpbot), and write the bundle."""
    check_free(out, force=force)
    given = list(data) or [data_folder("fraud") / DEFAULT_SETTINGS]
    settings = FraudSettings()
    if given[0].suffix == ".toml":
        settings = load_settings(given[0], FraudSettings)
        given = named_data(given[0], settings.data, what="labelled file")
        if settings.classify is not None:
            settings = settings.model_copy(update={"classify": with_seed(settings.classify, seed)})
    if positive:
        settings = settings.model_copy(update={"positive": tuple(positive)})
    examples = load_labelled(given, columns, note=note)
    note(f"{len(examples)} messages")
    with progress_line("training") as progress:
        trained = train_fraud(examples, settings, resolve_device(device), seed=seed or 0, progress=progress)
    draft = BundleDraft.start(out, force=force)
    manifest = manifest_of(ROOM, trained.detector, {"settings": settings.model_dump(mode="json")}, given)
    manifest = manifest.model_copy(update={"metrics": {**manifest.metrics, **trained.metrics}})
    trained.predictor.save(draft, manifest)
    if not quiet:
        print_comparison(trained.detector, out, as_json=as_json)


def score_messages(bundle: Path, file: Path, out: Path | None, *, device: str, as_json: bool) -> None:
    """Score each text of a file, in chunks, so that the file may be larger than memory."""
    predictor = FraudPredictor.load(bundle, device=device)
    texts = read_texts(file)
    if as_json and out is None:
        scored = [{"text": text, **_plain(verdict)} for text, verdict in _scored(predictor, texts)]
        print_json({"verdicts": scored})
        return
    if out is None:
        for text, verdict in _scored(predictor, texts):
            print_text(_row(text, verdict, digits=3))
        return
    partial = out.with_name(out.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="") as target, progress_line("scoring") as progress:
        count = _write(target, _scored(predictor, texts), progress, as_lines=out.suffix == ".jsonl")
    partial.replace(out)
    if as_json:
        print_json({"n": count, "out": str(out)})
    else:
        note(f"{out}: {count} verdicts")


def explain_text(bundle: Path, text: str, *, device: str, as_json: bool) -> None:
    """Print the verdict of one message, with the words that made it so."""
    predictor = FraudPredictor.load(bundle, device=device)
    judgement = judge(text, predictor.explain([text])[0], language_of(text), synthetic=predictor.synthetic)
    if as_json:
        print_json(asdict(judgement))
        return
    kind = f" · {judgement.kind_title}" if judgement.kind_title else ""
    print_text(f"{judgement.verdict} · {judgement.probability:.0%}{kind}\n{judgement.summary}")
    rows = [[f"+{s['weight']:.2f}", text[int(s["start"]) : int(s["end"])]] for s in judgement.spans]
    if rows:
        print_table("what speaks for fraud", ["log-odds", "words"], rows)
    print_text("\n".join([*(f"- {line}" for line in judgement.advice), judgement.notice]))


def describe_bundle(bundle: Path, *, as_json: bool) -> None:
    """Print what a scorer was trained on, how it did on messages held out, and where its thresholds lie."""
    manifest = open_bundle(bundle, room=ROOM).manifest
    card: dict[str, Any] = {
        "synthetic": bool(manifest.config.get("synthetic")),
        "data": manifest.data,
        "metrics": {k: v for k, v in manifest.metrics.items() if isinstance(v, float)},
        "baseline": manifest.baseline,
        "thresholds": manifest.thresholds,
        "protocol": manifest.protocol,
        "libraries": manifest.libraries,
    }
    if as_json:
        print_json(card)
        return
    rows = [[name, f"{value:.4f}"] for name, value in card["metrics"].items()]
    print_table(f"{bundle}: on messages held out", ["metric", "value"], rows)
    print_table("verdicts", ["from probability", "verdict"], _threshold_rows(manifest.thresholds))
    print_text(f"trained on {', '.join(manifest.data)}\n{manifest.protocol}")
    if card["synthetic"]:
        print_text("trained on messages written for training, not on real ones: it makes no promise about yours")


def _scored(predictor: FraudPredictor, texts: Iterator[str]) -> Iterator[tuple[str, Verdict]]:
    while chunk := list(islice(texts, CHUNK)):
        yield from zip(chunk, predictor.predict(chunk), strict=True)


def _write(target: IO[str], scored: Iterator[tuple[str, Verdict]], progress: Any, *, as_lines: bool) -> int:
    count = 0
    if not as_lines:
        target.write("verdict\tprobability\tkind\ttext\n")
    for count, (text, verdict) in enumerate(scored, start=1):
        if as_lines:
            target.write(json.dumps({"text": text, **_plain(verdict)}, ensure_ascii=False) + "\n")
        else:
            target.write(_row(text, verdict, digits=4) + "\n")
        if count % CHUNK == 0:
            progress(count, 0, f"{count:,} messages")
    return count


def _row(text: str, verdict: Verdict, *, digits: int) -> str:
    """Return a row of a .tsv, in which a quote is a character like any other."""
    return "\t".join([verdict.verdict, f"{verdict.probability:.{digits}f}", verdict.kind or "", " ".join(text.split())])


def _plain(verdict: Verdict) -> dict[str, Any]:
    return {"verdict": verdict.verdict, "probability": verdict.probability, "kind": verdict.kind}


def _threshold_rows(thresholds: dict[str, float]) -> list[list[str]]:
    return [
        ["0.000", "honest: no sign of fraud found"],
        [f"{thresholds['unsure_from']:.3f}", "unsure"],
        [f"{thresholds['fraud_from']:.3f}", "fraud"],
    ]
