"""Prompts as text: read from a file, and which parts of them a model has never seen."""

from pathlib import Path

from nlpbot.core.text.corpus import read_text
from nlpbot.core.text.tokenizer import CharacterTokenizer, Tokenizer, WordTokenizer
from nlpbot.core.text.vocabulary import UNKNOWN

__all__ = ["read_prompt", "unseen"]

PROMPT_CHARACTERS = 1 << 16
"""Kept of the end of a prompt's file; models read no more."""
NAMED = 5
"""Characters or words never seen that are named."""


def unseen(tokenizer: Tokenizer, text: str) -> str | None:
    """Return in words what of a text, which the tokenizer can read, was never seen in training; None if all was."""
    if isinstance(tokenizer, CharacterTokenizer):
        kind, parts = "characters", list(text)
    elif isinstance(tokenizer, WordTokenizer):
        kind, parts = "words", tokenizer.words(text)
    else:
        return None  # subwords are made of bytes
    new = list(dict.fromkeys(part for part in parts if part not in tokenizer.vocabulary))
    if not new:
        return None
    read_as = UNKNOWN if tokenizer.encode(new[0]) == [tokenizer.vocabulary.unknown_id] else "their UTF-8 bytes"
    named = ", ".join(map(repr, new[:NAMED])) + (f" and {len(new) - NAMED} more" if len(new) > NAMED else "")
    return f"never seen in training, so read as {read_as}: the {kind} {named}"


def read_prompt(path: Path) -> str:
    """Return a prompt from a file, or from standard input for "-", as it is; of a long one its end.

    Raises:
        DataError: it can't be read, or is empty (but for standard input), binary or not UTF-8.
    """
    text = ""
    for chunk in read_text(path):
        text = (text + chunk)[-PROMPT_CHARACTERS:]
    return text
