"""What `explain` and `describe` find, for programs and for people."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlpbot.core.bundles.manifest import Manifest
from nlpbot.core.kernel.console import Table
from nlpbot.fraud.judgement import Judgement, headline

__all__ = ["ExplainedMessage", "ScorerCard"]

SECOND_OPINION = "a message that looks most like a kind of honest message is unsure, however probable fraud is"
WRITTEN = "trained on messages written for training, not on real ones: it makes no promise about yours"


@dataclass(frozen=True, slots=True)
class ExplainedMessage:
    """The verdict of a message, and the words that made it so."""

    judgement: Judgement

    def to_json(self) -> dict[str, Any]:
        """Return all of the judgement."""
        return asdict(self.judgement)

    @property
    def tables(self) -> list[Table | str]:
        """The verdict, the words that speak for fraud, and what to do."""
        judgement = self.judgement
        verdict = headline(judgement.verdict, judgement.probability, judgement.kind_title)
        advice = "\n".join([*(f"- {line}" for line in judgement.advice), judgement.notice])
        rows = [[f"+{s.weight:.2f}", judgement.text[s.start : s.end]] for s in judgement.spans]
        words = [Table("what speaks for fraud", ["log-odds", "words"], rows)] if rows else []
        return [verdict, judgement.summary, *words, advice]


@dataclass(frozen=True, slots=True)
class ScorerCard:
    """What a scorer was trained on, how it did on messages held out, and where its thresholds lie."""

    bundle: Path
    manifest: Manifest

    @property
    def synthetic(self) -> bool:
        """Whether it was trained on messages that nobody received."""
        return bool(self.manifest.config.get("synthetic"))

    @property
    def metrics(self) -> dict[str, float]:
        """On messages held out."""
        return {name: value for name, value in self.manifest.metrics.items() if isinstance(value, float)}

    def to_json(self) -> dict[str, Any]:
        """Return the card, with what the scorer was made by."""
        manifest = self.manifest
        return {
            "synthetic": self.synthetic,
            "data": manifest.data,
            "metrics": self.metrics,
            "baseline": manifest.baseline,
            "thresholds": manifest.thresholds,
            "protocol": manifest.protocol,
            "libraries": manifest.libraries,
        }

    @property
    def tables(self) -> list[Table | str]:
        """Metrics, thresholds, and what they rest on."""
        manifest = self.manifest
        rows = [[name, f"{value:.4f}"] for name, value in self.metrics.items()]
        made_of = f"made of {', '.join(manifest.data)}\n{manifest.protocol}"
        return [
            Table(f"{self.bundle}: on messages held out", ["metric", "value"], rows),
            Table("verdicts", ["from probability", "verdict"], _threshold_rows(manifest.thresholds)),
            *([SECOND_OPINION] if "kinds" in manifest.parts else []),
            made_of,
            *([WRITTEN] if self.synthetic else []),
        ]


def _threshold_rows(thresholds: dict[str, float]) -> list[list[str]]:
    return [
        ["0.000", "honest: no sign of fraud found"],
        [f"{thresholds['unsure_from']:.3f}", "unsure"],
        [f"{thresholds['fraud_from']:.3f}", "fraud"],
    ]
