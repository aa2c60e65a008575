"""What a message looks like, whatever it says: its length, its signs, its capitals."""

from nlpbot.core.text.patterns import find_patterns

__all__ = ["SURFACE_FEATURES", "surface"]

SURFACE_FEATURES = (
    "characters",
    "words",
    "exclamation_marks",
    "question_marks",
    "other_punctuation",
    "share_of_capitals",
    "share_of_digits",
    "has_link",
)


def surface(text: str) -> list[float]:
    """Return the surface of a text, a number for each of `SURFACE_FEATURES`."""
    length = max(len(text), 1)
    marks = sum(not c.isalnum() and not c.isspace() for c in text)
    return [
        float(len(text)),
        float(len(text.split())),
        float(text.count("!")),
        float(text.count("?")),
        float(marks - text.count("!") - text.count("?")),
        sum(c.isupper() for c in text) / length,
        sum(c.isdigit() for c in text) / length,
        float(any(match.kind == "url" for match in find_patterns(text))),
    ]
