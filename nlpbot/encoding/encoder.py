"""A sentence encoder ready for use: texts in, vectors out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.eight_bits import in_eight_bits, in_full
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig, Words
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.training import length_bucketed, move

__all__ = ["Encoder", "as_words"]

READ_BATCH = 64
WEIGHTS, WORDS = "encoder.safetensors", "words.json"


class Encoder:
    """A trained sentence encoder.

    Args:
        network: the LSTM reader.
        features: turns texts into numbers of words and of their parts.
        device: where the network computes.
    """

    def __init__(self, network: SentenceEncoder, features: WordFeatures, device: torch.device) -> None:
        self.network = network.to(device).eval()
        self.features = features
        self.device = device

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        return self.network.config.size

    def encode(self, texts: Sequence[str]) -> Float[ndarray, "N S"]:
        """Return a vector of length 1 for each text, in either language; the more they mean the same, the nearer."""
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        with torch.inference_mode():
            for rows in length_bucketed([len(text) for text in texts], batch_size=READ_BATCH):
                words = move(as_words(self.features, [texts[row] for row in rows]), self.device)
                found: Tensor = self.network(words)
                vectors[rows] = found.cpu().numpy()
        return vectors

    def words_in(self, text: str) -> int:
        """Return how many words of a text are read."""
        return len(self.features.tokens(text))

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the encoder into a bundle, in 8 bits, and return what its config must hold."""
        draft.write_json(WORDS, self.features.to_json())
        draft.write_tensors(WEIGHTS, in_eight_bits(self.network.state_dict()))
        return self.network.config.model_dump()

    @classmethod
    def load(cls, bundle: Bundle, config: Any, device: torch.device) -> "Encoder":
        """Return the encoder of a bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        network = SentenceEncoder(parse_settings(config, SentenceEncoderConfig, where=str(bundle.folder)))
        load_weights(network, in_full(bundle.read_tensors(WEIGHTS)), where=bundle.folder)
        return cls(network, WordFeatures.from_json(bundle.read_json(WORDS)), device)


def as_words(features: WordFeatures, texts: Sequence[str]) -> Words:
    """Return some texts as the network reads them; at least one."""
    return Words(*map(torch.from_numpy, features.read(texts)))
