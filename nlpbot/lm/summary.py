"""What a training came to: its metrics, how they were measured, and how both are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.kernel.console import Table
from nlpbot.core.measures.language import perplexity
from nlpbot.core.runs.training_record import TrainingRecord
from nlpbot.core.training import overfitting_starts
from nlpbot.lm.baseline import Baseline, side_by_side, verdict
from nlpbot.lm.config import LmSettings
from nlpbot.lm.data import Corpus
from nlpbot.lm.train import TrainedLm

__all__ = ["Summary"]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a training came to; the baseline is None where nothing was kept back to compare on."""

    trained: TrainedLm
    baseline: Baseline | None
    corpus: Corpus
    settings: LmSettings

    @property
    def metrics(self) -> dict[str, Any]:
        """The figures, under their usual names."""
        trained, run = self.trained, self.trained.run
        found: dict[str, Any] = run.metrics()
        if run.valid_loss is not None:
            found["perplexity"] = perplexity(run.valid_loss)
        if trained.decoding.int8_cost is not None:
            found["int8_cost"] = trained.decoding.int8_cost
        if (began := overfitting_starts(run.points)) is not None:
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
            seconds=self.trained.run.seconds,
            run=self.trained.run,
        )

    @property
    def protocol(self) -> str:
        """In words, what was measured on."""
        settings = self.settings
        if settings.valid is None and not settings.valid_fraction:
            return "nothing kept back to validate on"
        held = f"the last {settings.valid_fraction:.0%} of the text kept back to validate on"
        text = held if settings.valid is None else "validated on a file of its own"
        return text if self._measured_all else f"{text}, its {self._measured}"

    def table(self, out: Path) -> Table:
        """Return all of it for people, of the bundle that was written to `out`."""
        run, baseline = self.trained.run, self.baseline
        title = f"{out}: {run.steps:,} steps, training loss {run.train_loss:.4f}"
        if baseline is None or run.valid_loss is None:
            rows = [["seconds", f"{run.seconds:.1f}"]]
            rows += [["prediction", self.trained.prediction]] if self.trained.prediction is not None else []
            return Table(title, ["", "LSTM"], rows, self._remarks())
        weights = self.trained.predictor.model.parameters()
        size_bytes = sum(weight.numel() * weight.element_size() for weight in weights)
        loss = run.valid_loss
        rows = side_by_side(baseline, valid_loss=loss, seconds=run.seconds, size_bytes=size_bytes)
        kept = "text" if self._measured_all else self._measured
        notes = [f"{verdict(baseline, loss)}; it counted {baseline.scope}", *self._remarks()]
        return Table(title, [f"on {kept} kept back", "LSTM", baseline.name], rows, notes)

    def _remarks(self) -> list[str]:
        decoding, began = self.trained.decoding, overfitting_starts(self.trained.run.points)
        remarks = []
        if decoding.int8_cost is not None:
            remarks.append(f"text is made in {decoding.name}; 8 bits change perplexity by {decoding.int8_cost:+.2%}")
        if began is not None:
            remarks.append(
                f"over-fitting starts at step {began}: from there only the training loss fell; its weights are kept"
            )
        return remarks

    @property
    def _measured_all(self) -> bool:
        return len(self.corpus.measured) == len(self.corpus.valid)

    @property
    def _measured(self) -> str:
        return f"first {len(self.corpus.measured):,} tokens"
