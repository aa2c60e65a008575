"""What the commands of `lm` do: from text to a bundle, from a bundle to text."""

import sys
from pathlib import Path
from typing import Any

from nlpbot.core.bundle import BundleDraft, check_free
from nlpbot.core.catalog import find_data
from nlpbot.core.config import load_settings, with_seed
from nlpbot.core.console import note, print_json, print_table, print_text, progress_line
from nlpbot.core.device import resolve_device
from nlpbot.core.errors import ConfigError
from nlpbot.core.manifest import Manifest
from nlpbot.core.nn import Sampling
from nlpbot.core.plots import check_plot, plot_curves
from nlpbot.core.reproducibility import sha256_of
from nlpbot.core.training import Report, overfitting_starts, perplexity
from nlpbot.lm.config import LmSettings, TokenizerName, choose_settings
from nlpbot.lm.data import corpus_pieces, split_pieces, train_tokenizer
from nlpbot.lm.evaluate import evaluate_text
from nlpbot.lm.predictor import ROOM, GenerateRequest, LmPredictor
from nlpbot.lm.train import Corpus, TrainedLm, train_lm

__all__ = ["evaluate_bundle", "generate_text", "train_bundle"]


def train_bundle(
    sources: tuple[Path, ...],
    out: Path,
    *,
    device: str,
    tokenizer: TokenizerName = "char",
    minutes: float | None = None,
    valid: Path | None = None,
    plot: Path | None = None,
    resume: bool = False,
    force: bool = False,
    verbose: bool = False,
    seed: int | None = None,
    as_json: bool = False,
    quiet: bool = False,
) -> None:
    """Train on text files or by a settings file, and write the bundle."""
    check_free(out, force=force)
    if plot is not None:
        check_plot(plot)
    settings, paths = _settings(sources, tokenizer, minutes, seed)
    pieces = corpus_pieces(paths, settings.text)
    if settings.valid is not None and valid is None:
        valid = find_data(settings.valid, sources[0].parent)
    held = corpus_pieces([valid]) if valid is not None else None
    train, kept = (pieces, held) if held is not None else split_pieces(pieces, settings.valid_share)
    corpus = Corpus.of(train, kept, train_tokenizer(train, settings.tokenizer))
    vocabulary = len(corpus.tokenizer.vocabulary)
    note(f"{len(corpus.train):,} tokens to train on, {len(corpus.valid):,} to validate on, {vocabulary:,} symbols")
    draft = BundleDraft.start(out, force=force, resume=resume)
    with progress_line("training") as progress:

        def told(report: Report, loss: float | None) -> None:
            line = f"loss {report.train_loss:.4f}" + (f", validation {loss:.4f}" if loss is not None else "")
            progress(report.step, report.steps or 0, line)
            if verbose:
                note(f"step {report.step}: {line}")

        trained = train_lm(corpus, settings, resolve_device(device), folder=draft.folder, resume=resume, told=told)
    metrics = _metrics(trained)
    draft.keep("curves.jsonl")
    config = {**trained.predictor.save(draft), "settings": settings.model_dump(mode="json")}
    protocol = _protocol(settings, own_file=held is not None)
    data = {path.name: sha256_of(path) for path in paths}
    manifest = Manifest(
        room=ROOM, config=config, metrics=metrics, protocol=protocol, data=data, seconds=trained.seconds
    )
    draft.finish(manifest)
    if plot is not None:
        plot_curves(trained.points, plot)
    if not quiet:
        _print_trained(trained, metrics, out, as_json=as_json)


def evaluate_bundle(bundle: Path, file: Path, *, device: str, as_json: bool) -> None:
    """Print how well a language model predicts a text."""
    predictor = LmPredictor.load(bundle, device=device)
    report = evaluate_text(predictor.model, predictor.tokenizer, corpus_pieces([file]), predictor.device)
    if as_json:
        print_json(report)
        return
    names = ("nats_per_token", "perplexity", "bits_per_character")
    print_table(f"{file.name}: {report['n']:,} tokens", ["metric", "value"], [[k, f"{report[k]:.4f}"] for k in names])
    note(f"{report['protocol']}, {report['seconds']} s")


def generate_text(bundle: Path, prompt: str, sampling: Sampling, *, device: str, as_json: bool) -> None:
    """Print a prompt and what the model makes of it, as it is made."""
    predictor = LmPredictor.load(bundle, device=device)
    request = GenerateRequest(prompt, sampling)
    if as_json:
        print_json({"prompt": prompt, "text": predictor.predict([request])[0], "seed": sampling.seed})
        return
    sys.stdout.write(prompt)
    for piece in predictor.stream(request):
        sys.stdout.write(piece.text)
        sys.stdout.flush()
    print_text("")


def _settings(
    sources: tuple[Path, ...], tokenizer: TokenizerName, minutes: float | None, seed: int | None
) -> tuple[LmSettings, list[Path]]:
    if len(sources) == 1 and sources[0].suffix == ".toml":
        settings = load_settings(sources[0], LmSettings)
        if settings.text is None and not settings.corpus:
            raise ConfigError(f"{sources[0].name}: corpus: at least one text file wanted, or text")
        if minutes is not None:
            train = settings.train.model_copy(update={"minutes": minutes, "steps": None, "epochs": None})
            settings = settings.model_copy(update={"train": train})
        return with_seed(settings, seed), [find_data(name, sources[0].parent) for name in settings.corpus]
    characters = sum(path.stat().st_size for path in sources if path.exists())
    settings = choose_settings(characters, tokenizer=tokenizer, minutes=minutes, seed=seed or 0)
    network = settings.network
    note(f"LSTM {network.layers}×{network.hidden} over {tokenizer}s, {settings.train.minutes:g} min")
    return settings, list(sources)


def _metrics(trained: TrainedLm) -> dict[str, Any]:
    found: dict[str, Any] = {"train_loss": trained.train_loss, "steps": trained.steps}
    if trained.valid_loss is not None:
        found |= {"valid_loss": trained.valid_loss, "perplexity": perplexity(trained.valid_loss)}
    return found


def _protocol(settings: LmSettings, *, own_file: bool) -> str:
    if own_file:
        return "validated on a file of its own"
    share = settings.valid_share
    return f"the last {share:.0%} of the text kept back to validate on" if share else "nothing kept back to validate on"


def _print_trained(trained: TrainedLm, metrics: dict[str, Any], out: Path, *, as_json: bool) -> None:
    seconds = round(trained.seconds, 2)
    prediction = {"prediction": trained.prediction} if trained.prediction is not None else {}
    if as_json:
        print_json({**metrics, "seconds": seconds, **prediction, "bundle": str(out)})
        return
    rows = [[name, f"{value:.4f}" if isinstance(value, float) else str(value)] for name, value in metrics.items()]
    shown = [*rows, *([key, value] for key, value in prediction.items())]
    print_table(f"{out}: {seconds:.0f} s", ["metric (nats a token)", "value"], shown)
    began = overfitting_starts(trained.points)
    if began is not None:
        note(f"over-fitting starts at step {began}: from there only the training loss fell; its weights are kept")
