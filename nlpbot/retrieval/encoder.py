"""The dual encoder of a retriever: trained on questions and answers, then texts in, vectors out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor

from nlpbot.core.bundle import Bundle, BundleDraft
from nlpbot.core.config import parse_settings
from nlpbot.core.console import ProgressLine
from nlpbot.core.nn import DualEncoder, DualEncoderConfig
from nlpbot.core.reproducibility import seeded
from nlpbot.core.tensor_files import load_weights
from nlpbot.core.text.batches import pad
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.message_reader import MessageReader
from nlpbot.core.text.word2vec import vectors_of_tokens
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.threads import paying_threads, threads
from nlpbot.core.training import contrastive_loss, fit, move
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import Topic

__all__ = ["Encoder", "Side"]

READ_BATCH = 256
ANSWER_SHARE = 0.4
WEIGHTS, TOKENS = "encoder.safetensors", "tokens.json"
Side = Literal["question", "answer"]
Pair = tuple[str, str, int]


class Encoder:
    """A trained dual encoder.

    Args:
        network: the two LSTM readers.
        reader: turns texts into ids.
        concepts: added to each text before it is read.
        device: where the network computes.
        train_loss: the last one, in nats a question.
    """

    def __init__(
        self,
        network: DualEncoder,
        reader: MessageReader,
        concepts: Concepts,
        device: torch.device,
        *,
        train_loss: float = float("nan"),
    ) -> None:
        self.network = network.to(device).eval()
        self.reader = reader
        self.concepts = concepts
        self.device = device
        self.train_loss = train_loss

    @classmethod
    def fit(
        cls,
        topics: Sequence[Topic],
        settings: RetrievalSettings,
        device: torch.device,
        *,
        concepts: Concepts,
        vectors: WordVectors | None = None,
        progress: ProgressLine | None = None,
    ) -> "Encoder":
        """Return the encoder that learned from all the texts of some topics.

        Args:
            topics: what can be found.
            settings: how to train.
            device: where.
            concepts: added to each text before it is read.
            vectors: word vectors to start from; without them they are trained on the texts.
            progress: shows how far it is.
        """
        expand = concepts.expand
        pairs = [
            (expand(text), expand(topic.answer), number) for number, topic in enumerate(topics) for text in topic.texts
        ]
        texts = list(dict.fromkeys(text for question, answer, _ in pairs for text in (question, answer)))
        reader = MessageReader.train(
            texts, tokens=settings.tokens, size=settings.vocabulary, min_count=1, max_tokens=settings.max_tokens
        )
        encoded = {text: reader.encode(text) for text in texts}
        tokens = reader.vocabulary.tokens
        vectors = vectors or vectors_of_tokens(list(encoded.values()), tokens, settings.word2vec)
        loss = float("nan")
        with seeded(settings.seed) as rng:
            config = DualEncoderConfig(
                vocabulary=len(tokens),
                embedding=vectors.dim,
                hidden=settings.hidden,
                size=settings.size,
                dropout=settings.dropout,
            )
            network = DualEncoder(config).to(device)
            network.embedding.pour(*vectors.matrix_for(tokens))
            batches = _PairBatches(pairs, encoded, settings.train.batch_size, int(rng.integers(1 << 31)))
            products = settings.train.batch_size * sum(weight.numel() for weight in network.encoder.parameters())
            with threads(paying_threads(products)):
                for report in fit(network, contrastive_loss, batches, settings.train, device):
                    loss = report.train_loss
                    if progress is not None:
                        progress(report.step, report.steps or 0, f"loss {loss:.3f}")
        return cls(network, reader, concepts, device, train_loss=loss)

    def encode(self, texts: Sequence[str], *, side: Side) -> Float[ndarray, "N S"]:
        """Return a vector of length 1 for each text, as a question or as an answer."""
        encode = self.network.encode_question if side == "question" else self.network.encode_answer
        out: list[Tensor] = []
        with torch.inference_mode():
            for start in range(0, len(texts), READ_BATCH):
                batch = pad([self._read(text) for text in texts[start : start + READ_BATCH]])
                out.append(encode(*move(batch, self.device)).cpu())
        return np.asarray(torch.cat(out).numpy())

    def tokens_in(self, text: str) -> int:
        """Return how many tokens of a text are read, those of its concepts included."""
        return len(self._read(text))

    def _read(self, text: str) -> list[int]:
        return self.reader.encode(self.concepts.expand(text))

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the encoder into a bundle, and return its part of the config."""
        draft.write_json(TOKENS, self.reader.to_json())
        draft.write_tensors(WEIGHTS, self.network.state_dict())
        return self.network.config.model_dump()

    @classmethod
    def load(cls, bundle: Bundle, config: Any, concepts: Concepts, device: torch.device) -> "Encoder":
        """Return the encoder of a bundle.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        network = DualEncoder(parse_settings(config, DualEncoderConfig, where=str(bundle.folder)))
        load_weights(network, bundle.read_tensors(WEIGHTS), where=bundle.folder)
        return cls(network, MessageReader.from_json(bundle.read_json(TOKENS)), concepts, device)


class _PairBatches:
    """Questions, each with its answer or with another question of its topic, by the toss of a coin.

    With few answers there is little to learn from them alone; ways to ask the same thing are worth as much.
    """

    def __init__(self, pairs: Sequence[Pair], encoded: Mapping[str, list[int]], batch_size: int, seed: int) -> None:
        self._questions = [encoded[question] for question, _, _ in pairs]
        self._answers = [encoded[answer] for _, answer, _ in pairs]
        self._groups = torch.tensor([group for _, _, group in pairs])
        self._twins: dict[int, list[int]] = {}
        for row, (_, _, group) in enumerate(pairs):
            self._twins.setdefault(group, []).append(row)
        self._batch_size = batch_size
        self._seed = seed

    def __len__(self) -> int:
        return -(-len(self._questions) // self._batch_size)

    def epoch(self, number: int) -> Iterator[tuple[object, object, torch.Tensor]]:
        """Return the batches of an epoch."""
        rng = np.random.default_rng((self._seed, number))
        order = rng.permutation(len(self._questions))
        for start in range(0, len(order), self._batch_size):
            rows = order[start : start + self._batch_size].tolist()
            questions = pad([self._questions[row] for row in rows])
            yield questions, pad([self._partner(row, rng) for row in rows]), self._groups[rows]

    def _partner(self, row: int, rng: np.random.Generator) -> list[int]:
        """Return the answer of a question, or another question of its topic."""
        twins = self._twins[int(self._groups[row])]
        if len(twins) == 1 or rng.random() < ANSWER_SHARE:
            return self._answers[row]
        other = twins[int(rng.integers(len(twins) - 1))]
        return self._questions[twins[-1] if other == row else other]
