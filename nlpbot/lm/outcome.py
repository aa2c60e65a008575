"""What a training run came to: its metrics, how they were measured, and how both are told."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.console import note, print_table
from nlpbot.core.training import overfitting_starts, perplexity
from nlpbot.core.training_record import TrainingRecord
from nlpbot.lm.baseline import Baseline, side_by_side, verdict
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus
from nlpbot.lm.train import TrainedLm

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a training run came to; the baseline is None where nothing was kept back to compare on."""

    trained: TrainedLm
    baseline: Baseline | None
    corpus: Corpus
    settings: LmSettings

    @property
    def metrics(self) -> dict[str, Any]:
        """The figures, under their usual names."""
        trained = self.trained
        found: dict[str, Any] = {"train_loss": trained.train_loss, "steps": trained.steps}
        if trained.valid_loss is not None:
            found |= {"valid_loss": trained.valid_loss, "perplexity": perplexity(trained.valid_loss)}
        if trained.decoding.int8_cost is not None:
            found["int8_cost"] = trained.decoding.int8_cost
        if (began := overfitting_starts(trained.points)) is not None:
            found["overfitting_from_step"] = began
        if trained.prediction is not None:
            found["prediction"] = trained.prediction
        return found

    def record(self, data: Mapping[str, str]) -> TrainingRecord:
        """Return the record of the training on some files, by name and hash."""
        return TrainingRecord(
            settings=self.settings,
            seed=self.settings.seed,
            data=data,
            metrics=self.metrics,
            baseline=self.baseline.metrics() if self.baseline is not None else {},
            protocol=self.protocol,
            seconds=self.trained.seconds,
        )

    @property
    def protocol(self) -> str:
        """In words, what was measured on."""
        settings = self.settings
        if settings.valid is None and not settings.valid_share:
            return "nothing kept back to validate on"
        held = f"the last {settings.valid_share:.0%} of the text kept back to validate on"
        text = held if settings.valid is None else "validated on a file of its own"
        return text if self._measured_all else f"{text}, its {self._measured}"

    def print(self, out: Path) -> None:
        """Print all of it, of the bundle that was written to `out`."""
        self._print_table(out)
        cost, began = self.trained.decoding.int8_cost, overfitting_starts(self.trained.points)
        if cost is not None:
            note(f"text is made in {self.trained.decoding.name}; 8 bits change perplexity by {cost:+.2%}")
        if began is not None:
            note(f"over-fitting starts at step {began}: from there only the training loss fell; its weights are kept")

    def _print_table(self, out: Path) -> None:
        trained, baseline = self.trained, self.baseline
        title = f"{out}: {trained.steps:,} steps, training loss {trained.train_loss:.4f}"
        if baseline is None or trained.valid_loss is None:
            rows = [["seconds", f"{trained.seconds:.1f}"]]
            rows += [["prediction", trained.prediction]] if trained.prediction is not None else []
            print_table(title, ["", "LSTM"], rows)
            return
        size_bytes = sum(weights.numel() * weights.element_size() for weights in trained.predictor.model.parameters())
        loss = trained.valid_loss
        rows = side_by_side(baseline, valid_loss=loss, seconds=trained.seconds, size_bytes=size_bytes)
        kept = "text" if self._measured_all else self._measured
        print_table(title, [f"on {kept} kept back", "LSTM", baseline.name], rows)
        note(f"{verdict(baseline, loss)}; it counted {baseline.scope}")

    @property
    def _measured_all(self) -> bool:
        return len(self.corpus.measured) == len(self.corpus.valid)

    @property
    def _measured(self) -> str:
        return f"first {len(self.corpus.measured):,} tokens"
