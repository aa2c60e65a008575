"""Texts as callers have them: in lists, arrays, series and generators."""

from collections.abc import Iterable

__all__ = ["given_texts"]


def given_texts(values: Iterable[object], *, what: str = "text") -> list[str]:
    """Return the texts of any iterable, such as a NumPy array, a pandas Series or a generator.

    Args:
        values: of which each is to be a text.
        what: a text is called in errors.

    Raises:
        TypeError: one text was given bare, or one of the values is none; the message names it, counted from 0.
    """
    if isinstance(values, (str, bytes)):
        raise TypeError(f"a list of {what}s expected; found one {what}")
    if not isinstance(values, Iterable) or getattr(values, "ndim", 1) != 1:
        raise TypeError(f"a list of {what}s expected; found {values!r}")
    texts = list(values)
    for place, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"{what}s[{place}]: {text!r} found, of type {type(text).__name__}; a {what} expected")
    return [str(text) for text in texts]  # of NumPy's own kind of str, too
