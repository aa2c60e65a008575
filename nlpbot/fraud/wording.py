"""What is said of verdicts: sentences, titles of kinds and advice, in both languages.

They are values from a file, which the bundle of a scorer keeps.
"""

from pathlib import Path

from pydantic import Field, model_validator

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import Settings
from nlpbot.core.text.language import Language
from nlpbot.core.text.translated import MAX_CHARACTERS, Translated
from nlpbot.fraud.thresholds import VerdictName

__all__ = ["Advice", "KindWording", "Notices", "VerdictWording", "Wording", "wording_files"]

GENERAL = "general"
"""The group of advice on frauds of no kind that is known."""
MOST = 200
"""Kinds, groups of advice, or lines of one."""


class VerdictWording(Settings):
    """A sentence on each verdict."""

    fraud: Translated
    """It looks like fraud."""
    unsure: Translated
    """It may be either."""
    honest: Translated
    """No sign of fraud was found, which is no proof."""
    too_short: Translated
    """There is too little to judge."""

    def of(self, verdict: VerdictName) -> Translated:
        """Return the sentence on a verdict."""
        sentence: Translated = getattr(self, verdict)
        return sentence


class Notices(Settings):
    """By what a message was judged."""

    too_short: Translated
    """By nothing, since it holds too little."""
    synthetic: Translated
    """By a model of messages that nobody received."""
    own: Translated
    """By a model of the operator's own messages."""


class Advice(Settings):
    """What to do, a line each."""

    en: tuple[str, ...] = Field(min_length=1, max_length=MOST)
    """In English."""
    ko: tuple[str, ...] = Field(min_length=1, max_length=MOST)
    """In Korean."""


class KindWording(Settings):
    """A kind of fraud."""

    en: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    """Its title in English."""
    ko: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    """Its title in Korean."""
    advice: tuple[str, ...] = (GENERAL,)
    """Groups of advice that fit it, the most urgent first."""


class Wording(Settings):
    """What is said of verdicts."""

    verdicts: VerdictWording
    """A sentence on each verdict."""
    notices: Notices
    """By what it was judged."""
    advice: dict[str, Advice] = Field(max_length=MOST)
    """Groups of advice, by what a fraud is after."""
    kinds: dict[str, KindWording] = Field(max_length=MOST)
    """Kinds of fraud; one that is not here is its own title."""

    @model_validator(mode="after")
    def _has_all_advice(self) -> "Wording":
        named = {GENERAL: "general advice", **{g: f"kind {name}" for name, k in self.kinds.items() for g in k.advice}}
        missing = named.keys() - self.advice.keys()
        if missing:
            group = min(missing)
            known = ", ".join(sorted(self.advice))
            raise ValueError(f"advice: {named[group]} needs the group {group!r}; one of {known} expected")
        return self

    def title(self, kind: str | None, language: Language) -> str | None:
        """Return what people call a kind."""
        known = self.kinds.get(kind or "")
        if known is None:
            return kind
        return known.ko if language == "ko" else known.en

    def advice_on(self, kind: str | None, language: Language) -> tuple[str, ...]:
        """Return what to do about a fraud of a kind, the most urgent first."""
        known = self.kinds.get(kind or "")
        groups = [self.advice[name] for name in (known.advice if known is not None else (GENERAL,))]
        return tuple(line for group in groups for line in (group.ko if language == "ko" else group.en))


def wording_files(own: Path | None = None) -> tuple[Path, ...]:
    """Return the files that wording is read from: the one that comes along, and one's own, which replaces it by key."""
    default = data_folder("fraud") / "wording.yaml"
    return (default,) if own is None or own == default else (default, own)
