"""What is said of a verdict: titles of kinds, sentences and advice, in both languages, from ``wording.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from nlpbot.core.catalog import data_folder
from nlpbot.core.config import parse_yaml
from nlpbot.core.text.language import Language
from nlpbot.fraud.predictor import Verdict

__all__ = ["Judgement", "headline", "judge"]

MAX_ADVICE = 4


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict in words, as the page and the terminal show it."""

    verdict: str
    probability: float
    kind: str | None
    kind_title: str | None
    summary: str
    text: str
    spans: tuple[dict[str, float | int], ...]
    advice: tuple[str, ...]
    notice: str


def judge(message: str, verdict: Verdict, language: Language, *, synthetic: bool) -> Judgement:
    """Return a verdict in words.

    Args:
        message: the original that was judged.
        verdict: what was thought of it.
        language: of the words.
        synthetic: whether the model was trained on messages that nobody received.
    """
    wording = _wording()
    short = verdict.verdict == "too_short"
    kind = wording["kinds"].get(verdict.kind, {})
    return Judgement(
        verdict=verdict.verdict,
        probability=verdict.probability,
        kind=verdict.kind,
        kind_title=kind.get(language, verdict.kind),
        summary=wording["verdicts"][verdict.verdict][language],
        text=message,
        spans=tuple({"start": s.start, "end": s.end, "weight": round(s.weight, 4)} for s in verdict.spans),
        advice=() if short or verdict.verdict == "honest" else _advice(wording, kind, language),
        notice=wording["notices"]["too_short" if short else "synthetic" if synthetic else "own"][language],
    )


def headline(verdict: str, probability: float, kind_title: str | None) -> str:
    """Return a verdict in one line for a terminal, with its probability where there is something to judge by."""
    if verdict == "too_short":
        return "too short to judge"
    return " · ".join([verdict, f"{probability:.0%}", *([kind_title] if kind_title else [])])


def _advice(wording: Mapping[str, Any], kind: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    groups = kind.get("advice", ["general"])
    lines = [line for group in groups for line in wording["advice"][group][language]]
    return tuple(lines[:MAX_ADVICE])


@cache
def _wording() -> dict[str, Any]:
    text = (data_folder("fraud") / "wording.yaml").read_text(encoding="utf-8")
    wording: dict[str, Any] = parse_yaml(text)
    return wording
