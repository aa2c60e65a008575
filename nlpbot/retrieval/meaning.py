"""What texts are compared by beside their words: a sentence encoder that was trained before, or a dual encoder."""

from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.text.concepts import Concepts
from nlpbot.encoding import Encoder as SentenceEncoder
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.encoder import Encoder, Side

__all__ = ["Meaning", "Pretrained", "load_meaning", "pretrained"]

SENTENCES = "sentences"
"""Where the config of a network that was trained before lies in that of a bundle."""


@runtime_checkable
class Meaning(Protocol):
    """Texts in, vectors out: those that mean the same are near each other."""

    @property
    def size(self) -> int:
        """Numbers in a vector."""

    def encode(self, texts: Sequence[str], *, side: Side) -> Float[ndarray, "N S"]:
        """Return a vector of length 1 for each text, as a question or as an answer."""

    def tokens_in(self, text: str) -> int:
        """Return how many tokens of a text are read."""

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the encoder into a bundle, and return its part of the config."""


class Pretrained:
    """A sentence encoder, which reads questions and answers alike."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        self.encoder = encoder

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        return self.encoder.size

    def encode(self, texts: Sequence[str], *, side: Side) -> Float[ndarray, "N S"]:  # noqa: ARG002  # both alike
        """Return a vector of length 1 for each text."""
        return self.encoder.encode(texts)

    def tokens_in(self, text: str) -> int:
        """Return how many words of a text are read."""
        return self.encoder.words_in(text)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the encoder into a bundle, and return its part of the config."""
        return {SENTENCES: self.encoder.save(draft)}


def pretrained(settings: RetrievalSettings, sentences: SentenceEncoder | None) -> Pretrained | None:
    """Return the sentence encoder, where settings name it, or None.

    Raises:
        ConfigError: they do, and none is given.
    """
    if settings.meaning == "dual":
        return None
    if sentences is None:
        raise ConfigError("meaning = sentences: no sentence encoder is given; --encoder BUNDLE expected")
    return Pretrained(sentences)


def load_meaning(bundle: Bundle, config: Any, concepts: Concepts, device: torch.device) -> Meaning:
    """Return the encoder of a bundle, of whichever kind its config is.

    Raises:
        BundleError: parts are missing or don't fit each other.
    """
    if SENTENCES in config:
        return Pretrained(SentenceEncoder.load(bundle, config[SENTENCES], device))
    return Encoder.load(bundle, config, concepts, device)
