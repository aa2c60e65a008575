"""The sentence encoder that comes along, tuned to tell labels apart, as a member.

First the labels are learned from the vectors that the encoder gives; then its LSTM goes on learning with them. With few
texts, what it knows of single words stays as it is: they would only blur it.

Source: Kumar et al. 2022, Fine-tuning can distort pretrained features and underperform out-of-distribution.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor
from torch.nn import functional as F

from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.networks import scores_of_beginning, train_network
from nlpbot.classify.occlusion import Piece, Scores
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.classical.dense_classifier import fit_dense
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.eight_bits import in_eight_bits, in_full, rounded
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.nn import SentenceClassifier, SentenceClassifierConfig, Words, sentence_classification_loss
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.training import (
    RunFolder,
    RunResult,
    ShuffledBatches,
    length_bucketed,
    move,
)
from nlpbot.encoding import Encoder
from nlpbot.encoding.encoder import as_words

__all__ = ["EncoderMember"]

READ_BATCH = 64
READ_WORDS = 6_000
"""Read for one explanation, at most."""
WEIGHTS, WORDS = "classifier.safetensors", "words.json"


class EncoderMember:
    """A sentence encoder with a score for each label, as a member."""

    def __init__(self, network: SentenceClassifier, features: WordFeatures, device: torch.device) -> None:
        self.network = network.to(device).eval()
        self.features = features
        self.device = device
        self.run: RunResult | None = None
        """How its training went; None where it was loaded."""

    @classmethod
    def fit(
        cls,
        data: Labelled,
        settings: ClassifySettings,
        encoder: Encoder,
        device: torch.device,
        *,
        valid: Labelled | None = None,
        folder: RunFolder | None = None,
        progress: ProgressLine | None = None,
    ) -> "EncoderMember":
        """Return the encoder tuned to the data.

        Args:
            data: to train on.
            settings: how.
            encoder: to start from.
            device: where.
            valid: texts by which the best weights are kept; without them it trains to the end.
            folder: takes the checkpoint.
            progress: shows each report.
        """
        tuning = settings.encoder
        features = encoder.features.reading(tuning.max_tokens)
        shape = encoder.network.config.model_copy(update={"dropout": tuning.dropout, "embedding_dropout": 0.0})
        with seeded(settings.seed) as rng:
            network = SentenceClassifier(SentenceClassifierConfig(encoder=shape, labels=len(data.names)))
            network.encoder.load_state_dict(encoder.network.state_dict())
            member = cls(network, features, device)
            weights, bias = fit_dense(member._vectors(data.texts), data.labels, count=len(data.names))
            with torch.no_grad():
                network.head.weight.copy_(torch.from_numpy(weights.T.copy()))
                network.head.bias.copy_(torch.from_numpy(bias))
            for parameter in (*network.encoder.words.parameters(), *network.encoder.parts.parameters()):
                parameter.requires_grad_(tuning.words)
            batches = _batches(data, features, tuning.train.batch_size, seed=int(rng.integers(1 << 31)))
            member.run = train_network(
                network,
                sentence_classification_loss,
                batches,
                tuning.train,
                device,
                recurrent=network.encoder.encoder,
                valid_loss=member._loss_on(valid) if valid is not None else None,
                folder=folder,
                progress=progress,
            )
        network.load_state_dict(rounded(network.state_dict()))  # so that what is measured is what a bundle holds
        network.eval()
        return member

    def scores(self, texts: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return the scores, not yet calibrated."""
        return self._read(texts, self.network, self.network.config.labels)

    def scores_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the scores of a text without each of its pieces; those beyond what is read change nothing."""
        most = max(READ_WORDS // len(self.features.tokens(text)), 1)
        return scores_of_beginning(self.scores, text, pieces, end=self.features.characters_read(text), most=most)

    def _vectors(self, texts: Sequence[str]) -> Float[ndarray, "N S"]:
        return self._read(texts, self.network.encoder, self.network.config.encoder.size)

    def _read(self, texts: Sequence[str], network: Callable[[Words], Tensor], width: int) -> Float[ndarray, "N _"]:
        out = np.zeros((len(texts), width), dtype=np.float32)
        self.network.eval()
        with torch.inference_mode():
            for rows in length_bucketed([len(text) for text in texts], batch_size=READ_BATCH):
                words = move(as_words(self.features, [texts[row] for row in rows]), self.device)
                out[rows] = network(words).cpu().numpy()
        return out

    def _loss_on(self, valid: Labelled) -> Callable[[], float]:
        """Return what gives the mean cross-entropy on held-out texts, in nats, of the network as it stands."""
        labels = torch.tensor(valid.labels)
        return lambda: float(F.cross_entropy(torch.from_numpy(self.scores(valid.texts)), labels))

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the network into a bundle, in 8 bits."""
        draft.write_tensors(WEIGHTS, in_eight_bits(self.network.state_dict()))
        draft.write_json(WORDS, self.features.to_json())
        return self.network.config.model_dump()

    @classmethod
    def load(cls, bundle: Bundle, config: dict[str, Any], device: torch.device) -> "EncoderMember":
        """Return the network of a bundle."""
        network = SentenceClassifier(parse_settings(config, SentenceClassifierConfig, where=str(bundle.folder)))
        load_weights(network, in_full(bundle.read_tensors(WEIGHTS)), where=bundle.folder)
        return cls(network, WordFeatures.from_json(bundle.read_json(WORDS)), device)


def _batches(
    data: Labelled, features: WordFeatures, batch_size: int, *, seed: int
) -> ShuffledBatches[tuple[Words, Tensor]]:
    """Return texts in batches of like length."""
    lengths, targets = [len(text) for text in data.texts], torch.tensor(data.labels)

    def order(rng: np.random.Generator) -> Sequence[Sequence[int]]:
        return length_bucketed(lengths, batch_size=batch_size, rng=rng)

    def collate(rows: Sequence[int], _rng: np.random.Generator) -> tuple[Words, Tensor]:
        return as_words(features, [data.texts[row] for row in rows]), targets[rows]

    return ShuffledBatches(order, collate, count=-(-len(lengths) // batch_size), seed=seed)
