"""The size of an input: what a batch takes grows with the sum of them."""

__all__ = ["text_size"]

TEXT_OVERHEAD = 100
"""Characters that take as long as a text of none."""


def text_size(text: str) -> float:
    """Return the size of a text, in characters."""
    return float(len(text) + TEXT_OVERHEAD)
