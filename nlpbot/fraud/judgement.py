"""A verdict in words, as the page and the terminal show it."""

from dataclasses import dataclass, replace

from nlpbot.classify.attribution import Span
from nlpbot.core.text.language import Language
from nlpbot.fraud.predictor import Verdict
from nlpbot.fraud.thresholds import VerdictName
from nlpbot.fraud.wording import Wording

__all__ = ["Judgement", "headline", "judge"]

MAX_ADVICE = 4
DIGITS = 4
"""Of the weight of a span."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict in words.

    Attributes:
        verdict: that of the scorer.
        probability: that it is fraud.
        kind: the likeliest kind of fraud, or None.
        kind_title: the same for people.
        summary: what is thought of it, in a sentence.
        text: the original that was judged.
        spans: pieces of it that speak for fraud.
        advice: what to do, a line each.
        notice: by what it was judged.
    """

    verdict: VerdictName
    probability: float
    kind: str | None
    kind_title: str | None
    summary: str
    text: str
    spans: tuple[Span, ...]
    advice: tuple[str, ...]
    notice: str


def judge(message: str, verdict: Verdict, language: Language, wording: Wording, *, synthetic: bool) -> Judgement:
    """Return a verdict in words.

    Args:
        message: the original that was judged.
        verdict: what was thought of it.
        language: of the words.
        wording: the words.
        synthetic: whether the model was trained on messages that nobody received.
    """
    is_short = verdict.verdict == "too_short"
    notices = wording.notices
    notice = notices.too_short if is_short else notices.synthetic if synthetic else notices.own
    return Judgement(
        verdict=verdict.verdict,
        probability=verdict.probability,
        kind=verdict.kind,
        kind_title=wording.title(verdict.kind, language),
        summary=wording.verdicts.of(verdict.verdict).text(language),
        text=message,
        spans=tuple(replace(span, weight=round(span.weight, DIGITS)) for span in verdict.spans),
        advice=()
        if is_short or verdict.verdict == "honest"
        else wording.advice_on(verdict.kind, language)[:MAX_ADVICE],
        notice=notice.text(language),
    )


def headline(verdict: VerdictName, probability: float, kind_title: str | None) -> str:
    """Return a verdict in one line for a terminal, with its probability where there is something to judge by."""
    if verdict == "too_short":
        return "too short to judge"
    return " · ".join([verdict, f"{probability:.0%}", *([kind_title] if kind_title else [])])
