"""A text that is written in each language."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from pydantic import Field

from nlpbot.core.kernel.config import Settings
from nlpbot.core.text.language import Language

__all__ = ["MAX_CHARACTERS", "Translated"]

MAX_CHARACTERS = 2000
"""Of a text in one language."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
NOTHING: Mapping[str, str] = MappingProxyType({})


class Translated(Settings):
    """A text in each language; it may hold placeholders such as ``{name}``."""

    en: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    """In English."""
    ko: str = Field(min_length=1, max_length=MAX_CHARACTERS)
    """In Korean."""

    def text(self, language: Language, values: Mapping[str, str] = NOTHING) -> str:
        """Return the text in a language, its placeholders filled with some values; those without one stay."""
        text = self.ko if language == "ko" else self.en
        return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of all placeholders in either language."""
        return frozenset(PLACEHOLDER.findall(self.en + self.ko))
