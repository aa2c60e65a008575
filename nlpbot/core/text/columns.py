"""Find what a table calls the text, the label and the like: by usual names, or as the caller says."""

from dataclasses import dataclass
from pathlib import Path

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.corpus import called

__all__ = [
    "ANSWER_NAMES",
    "GROUP_NAMES",
    "KIND_NAMES",
    "LABEL_NAMES",
    "QUESTION_NAMES",
    "TEXT_NAMES",
    "TIME_NAMES",
    "Columns",
    "Header",
    "looks_like_header",
]

TEXT_NAMES = ("text", "message", "sms", "utterance", "question", "q", "sentence", "body", "content", "v2")
QUESTION_NAMES = ("question", *TEXT_NAMES)
LABEL_NAMES = ("label", "category", "intent", "class", "topic", "gist", "target", "v1")
GROUP_NAMES = ("group", "group_id")
TIME_NAMES = ("time", "date", "timestamp")
KIND_NAMES = ("kind", "type")
ANSWER_NAMES = ("answer", "a", "reply", "response")


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of columns, where they are not the usual ones."""

    text: str | None = None
    label: str | None = None
    group: str | None = None
    time: str | None = None


def looks_like_header(cells: list[str]) -> bool:
    """Return whether a first row names columns; two columns need not be named."""
    known = {*TEXT_NAMES, *LABEL_NAMES, *ANSWER_NAMES, *GROUP_NAMES, *TIME_NAMES, *KIND_NAMES}
    return len(cells) > 2 or any(cell.strip().casefold() in known for cell in cells)


@dataclass(frozen=True, slots=True)
class Header:
    """The columns that a table has."""

    path: Path
    names: tuple[str, ...]

    def find(self, usual: tuple[str, ...], given: str | None = None, option: str = "") -> str | None:
        """Return the column that was given, else the one with a usual name, if there is one.

        Args:
            usual: names, the likeliest first.
            given: what the caller calls it.
            option: by which callers give it, if they can.

        Raises:
            DataError: there is no column called as given.
        """
        if given is not None:
            if given not in self.names:
                raise DataError(
                    f"{called(self.path)}: {option} {given}: no such column; there are {', '.join(self.names)}"
                )
            return given
        folded = {name.strip().casefold(): name for name in reversed(self.names)}
        return next((folded[name] for name in usual if name in folded), None)

    def need(self, usual: tuple[str, ...], given: str | None = None, option: str = "") -> str:
        """Return the column that `find` finds.

        Raises:
            DataError: there is none.
        """
        found = self.find(usual, given, option)
        if found is None:
            expected = f"one of {', '.join(usual)}, or {option}" if option else f"a column called {usual[0]}"
            raise DataError(f"{called(self.path)}: columns are {', '.join(self.names) or 'none'}; {expected} expected")
        return found
