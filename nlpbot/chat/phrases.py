"""What a bot says when no topic answers, and around topics: values from a file, which its bundle keeps."""

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.config import Settings
from nlpbot.core.text.translated import Translated

__all__ = ["Phrases", "phrase_files"]


class _Knows:
    """Refuses a phrase with placeholders that nothing fills."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __call__(self, phrase: Translated) -> Translated:
        unknown = phrase.placeholders - set(self._names)
        if unknown:
            known = " or ".join(f"{{{name}}}" for name in self._names) or "none"
            raise ValueError(f"{{{min(unknown)}}} is no placeholder of this phrase; {known} expected")
        return phrase


Plain = Annotated[Translated, AfterValidator(_Knows())]
WithName = Annotated[Translated, AfterValidator(_Knows("name"))]
WithQuestion = Annotated[Translated, AfterValidator(_Knows("question"))]


class Phrases(Settings):
    """What a bot says around its topics, in each language."""

    tell_name: WithName
    """The user told a name."""
    ask_name_known: WithName
    """The user asks for the name that was told."""
    ask_name_unknown: Plain
    """The user asks for a name that was never told."""
    forget_name: Plain
    """The user has the name forgotten."""
    forget_me: Plain
    """The user has everything forgotten."""
    ask_last_known: WithQuestion
    """The user asks for the last question."""
    ask_last_unknown: Plain
    """The user asks for the last question, and there was none."""
    unknown: Plain
    """No topic answers; the nearest follow as choices."""
    unknown_bare: Plain
    """No topic answers, and none is near."""
    unsure: Plain
    """Before the answer of a topic that is only likely."""
    paste_hint: Plain
    """The user asks what a message is that is not there."""
    greet_name: WithName
    """Before the answer of a topic that greets by name."""


def phrase_files(own: Path | None = None) -> tuple[Path, ...]:
    """Return the files that phrases are read from: those that come along, and one's own, which replace them."""
    default = data_folder("chat") / "phrases.yaml"
    return (default,) if own is None or own == default else (default, own)
