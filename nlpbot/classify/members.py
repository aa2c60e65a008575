"""The models that compete and may be stacked: a linear one and an LSTM, with one face.

A member gives each text a score for each label. `fit` trains it, `scores` reads texts, `save` and `load` keep it. All
texts come as `plain` reads them, once for all members.
"""

from collections.abc import Callable, Generator, Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.classify.config import ClassifySettings
from nlpbot.classify.data import Labelled
from nlpbot.classify.networks import scores_of_beginning, train_network
from nlpbot.classify.occlusion import Piece, Scores
from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.classical.classifier import LinearClassifier
from nlpbot.core.classical.occlusion import Occlusion
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.nn import TextClassifier, TextClassifierConfig, classification_loss
from nlpbot.core.text.message_reader import MessageReader
from nlpbot.core.text.word2vec import vectors_of_tokens
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import (
    RunFolder,
    RunResult,
    ShuffledBatches,
    length_bucketed,
    move,
    pad,
)

__all__ = ["LinearMember", "LstmMember", "Member"]

READ_BATCH = 128
SLICE_PIECES = 400
"""Left out before others have their turn."""
READ_TOKENS = 8_000
"""Read by the LSTM for one explanation, at most."""


@runtime_checkable
class Member(Protocol):
    """A model that gives each text a score for each label."""

    def scores(self, texts: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return the scores, not yet calibrated."""

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the member into a bundle, and return its part of the config."""

    def scores_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the scores of a text without each of its pieces, in slices between which others have their turn."""


class LinearMember:
    """The classical model, as a member."""

    def __init__(self, model: LinearClassifier) -> None:
        self.model = model

    @classmethod
    def fit(cls, data: Labelled, settings: ClassifySettings) -> "LinearMember":
        """Return the model trained on the data."""
        return cls(LinearClassifier.fit(data.texts, data.labels, count=len(data.names), seed=settings.seed))

    def scores(self, texts: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return the scores, not yet calibrated."""
        return self.model.scores(texts)

    def scores_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the exact scores of a text without each of its pieces."""
        occlusion, found = Occlusion(self.model, text), []
        for first in range(0, len(pieces), SLICE_PIECES):
            found.append(occlusion.scores(pieces[first : first + SLICE_PIECES]))
            yield
        return np.concatenate(found)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the model into a bundle."""
        draft.write_tensors("linear.safetensors", self.model.tensors())
        draft.write_json("ngrams.json", self.model.features.to_json())
        return {"features": len(self.model.features)}

    @classmethod
    def load(cls, bundle: Bundle) -> "LinearMember":
        """Return the model of a bundle."""
        return cls(
            LinearClassifier.from_parts(bundle.read_json("ngrams.json"), bundle.read_tensors("linear.safetensors"))
        )


class LstmMember:
    """The LSTM on word vectors, as a member."""

    def __init__(self, model: TextClassifier, reader: MessageReader, device: torch.device) -> None:
        self.model = model.to(device).eval()
        self.reader = reader
        self.device = device
        self.run: RunResult | None = None
        """How its training went; None where it was loaded."""

    @classmethod
    def fit(
        cls,
        data: Labelled,
        settings: ClassifySettings,
        device: torch.device,
        *,
        valid: Labelled | None = None,
        vectors: WordVectors | None = None,
        folder: RunFolder | None = None,
        progress: ProgressLine | None = None,
    ) -> "LstmMember":
        """Return the network trained on the data.

        Args:
            data: to train on.
            settings: how.
            device: where.
            valid: texts by which the best weights are kept; without them it trains to the end.
            vectors: to start from; without them they are trained on the texts.
            folder: takes the checkpoint.
            progress: shows each report.
        """
        lstm = settings.lstm
        reader = MessageReader.train(
            data.texts,
            tokens=lstm.tokens,
            size=lstm.vocabulary,
            min_count=lstm.min_count,
            max_tokens=lstm.max_tokens,
        )
        encoded = [reader.encode_plain(text) for text in data.texts]
        vectors = vectors or vectors_of_tokens(encoded, reader.vocabulary.tokens, lstm.word2vec)
        with seeded(settings.seed) as rng:
            network = TextClassifier(
                TextClassifierConfig(
                    vocabulary=len(reader.vocabulary),
                    labels=len(data.names),
                    embedding=vectors.dim,
                    **lstm.network.model_dump(),
                )
            )
            network.embedding.start_from(*vectors.matrix_for(reader.vocabulary.tokens))
            member = cls(network, reader, device)
            batches = _batches(encoded, data.labels, settings.train.batch_size, seed=int(rng.integers(1 << 31)))
            member.run = train_network(
                network,
                classification_loss,
                batches,
                settings.train,
                device,
                recurrent=network.encoder,
                valid_loss=member._loss_on(valid) if valid is not None else None,
                folder=folder,
                progress=progress,
            )
        return member

    def _loss_on(self, valid: Labelled) -> Callable[[], float]:
        """Return what gives the mean cross-entropy on held-out texts, in nats, of the network as it stands."""
        encoded, labels = [self.reader.encode_plain(text) for text in valid.texts], torch.tensor(valid.labels)
        return lambda: float(torch.nn.functional.cross_entropy(torch.from_numpy(self._scores(encoded)), labels))

    def scores(self, texts: Sequence[str]) -> Float[ndarray, "N L"]:
        """Return the scores, not yet calibrated."""
        return self._scores([self.reader.encode_plain(text) for text in texts])

    def scores_without(self, text: str, pieces: Sequence[Piece]) -> Generator[None, None, Scores]:
        """Return the scores of a text without each of its pieces; those beyond what is read change nothing."""
        most = max(READ_TOKENS // max(len(self.reader.encode_plain(text)), 1), 1)
        return scores_of_beginning(self.scores, text, pieces, end=self.reader.characters_read(text), most=most)

    def _scores(self, encoded: Sequence[Sequence[int]]) -> Float[ndarray, "N L"]:
        out = np.zeros((len(encoded), self.model.config.labels), dtype=np.float32)
        self.model.eval()
        with torch.inference_mode():
            for rows in length_bucketed([len(ids) for ids in encoded], batch_size=READ_BATCH):
                ids, lengths = move(pad([encoded[row] for row in rows]), self.device)
                out[rows] = self.model(ids, lengths).cpu().numpy()
        return out

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the network into a bundle."""
        draft.write_tensors("lstm.safetensors", self.model.state_dict())
        draft.write_json("tokens.json", self.reader.to_json())
        return self.model.config.model_dump()

    @classmethod
    def load(cls, bundle: Bundle, config: dict[str, Any], device: torch.device) -> "LstmMember":
        """Return the network of a bundle."""
        network = TextClassifier(parse_settings(config, TextClassifierConfig, where=str(bundle.folder)))
        load_weights(network, bundle.read_tensors("lstm.safetensors"), where=bundle.folder)
        return cls(network, MessageReader.from_json(bundle.read_json("tokens.json")), device)


TextBatch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def _batches(
    encoded: Sequence[Sequence[int]], labels: Sequence[int], batch_size: int, *, seed: int
) -> ShuffledBatches[TextBatch]:
    """Return encoded texts in batches of like length."""
    lengths, targets = [len(ids) for ids in encoded], torch.tensor(labels)

    def order(rng: np.random.Generator) -> Sequence[Sequence[int]]:
        return length_bucketed(lengths, batch_size=batch_size, rng=rng)

    def collate(rows: Sequence[int], _rng: np.random.Generator) -> TextBatch:
        return *pad([encoded[row] for row in rows]), targets[rows]

    return ShuffledBatches(order, collate, count=-(-len(encoded) // batch_size), seed=seed)
