"""The dual encoder of a retriever: trained on questions and answers, then texts in, vectors out."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray
from torch import Tensor
from torch.nn import functional as F

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.kernel.config import parse_settings
from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.tensor_files import load_weights
from nlpbot.core.kernel.threads import paying_threads, threads
from nlpbot.core.nn import DualEncoder, DualEncoderConfig, contrastive_loss
from nlpbot.core.text.concepts import Concepts
from nlpbot.core.text.message_reader import MessageReader
from nlpbot.core.text.word2vec import vectors_of_tokens
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.training import (
    RunFolder,
    RunResult,
    ShuffledBatches,
    TrainingRun,
    Validation,
    move,
    pad,
    shuffled,
)
from nlpbot.retrieval.config import RetrievalSettings
from nlpbot.retrieval.data import Topic

__all__ = ["Encoder", "Held", "Side"]

READ_BATCH = 256
ANSWERS = 0.4
"""Probability that a question is trained with its answer rather than with another question of its topic."""
WEIGHTS, TOKENS = "encoder.safetensors", "tokens.json"
Side = Literal["question", "answer"]
Pair = tuple[str, str, int]
Held = tuple[str, int]
"""A question held out, and the number of its topic."""


class Encoder:
    """A trained dual encoder.

    Args:
        network: the two LSTM readers.
        reader: turns texts into ids.
        concepts: added to each text before it is read.
        device: where the network computes.
        run: how its training went, in nats a question; None where it was loaded.
    """

    def __init__(
        self,
        network: DualEncoder,
        reader: MessageReader,
        concepts: Concepts,
        device: torch.device,
        *,
        run: RunResult | None = None,
    ) -> None:
        self.network = network.to(device).eval()
        self.reader = reader
        self.concepts = concepts
        self.device = device
        self.run = run

    @property
    def size(self) -> int:
        """Numbers in a vector."""
        return self.network.config.size

    @classmethod
    def fit(
        cls,
        topics: Sequence[Topic],
        settings: RetrievalSettings,
        device: torch.device,
        *,
        concepts: Concepts,
        vectors: WordVectors | None = None,
        valid: Sequence[Held] = (),
        folder: RunFolder | None = None,
        progress: ProgressLine | None = None,
    ) -> "Encoder":
        """Return the encoder that learned from all the texts of some topics.

        Args:
            topics: what can be found.
            settings: how to train.
            device: where.
            concepts: added to each text before it is read.
            vectors: word vectors to start from; without them they are trained on the texts.
            valid: questions by which the best weights are kept; without any it trains to the end.
            folder: takes the checkpoint.
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
        with seeded(settings.seed) as rng:
            shape = settings.network.model_dump()
            config = DualEncoderConfig(vocabulary=len(tokens), embedding=vectors.dim, **shape)
            network = DualEncoder(config)
            network.embedding.start_from(*vectors.matrix_for(tokens))
            encoder = cls(network, reader, concepts, device)
            batches = _batches(pairs, encoded, settings.train.batch_size, seed=int(rng.integers(1 << 31)))
            validation = Validation(lambda: encoder.loss(valid, topics)) if valid else None
            run = TrainingRun(
                network, contrastive_loss, batches, settings.train, device, validation=validation, folder=folder
            )
            products = settings.train.batch_size * sum(weight.numel() for weight in network.encoder.parameters())
            with threads(paying_threads(products)):
                for report in run:
                    if progress is not None:
                        progress(report.step, report.steps or 0, str(report))
        encoder.run = run.result
        return encoder

    def loss(self, held: Sequence[Held], topics: Sequence[Topic]) -> float:
        """Return how badly questions find their own topic by its answer among all, in nats a question."""
        self.network.eval()
        questions = torch.from_numpy(self.encode([question for question, _ in held], side="question"))
        answers = torch.from_numpy(self.encode([topic.answer for topic in topics], side="answer"))
        scores = self.network.scale.detach().cpu() * questions @ answers.T
        return float(F.cross_entropy(scores, torch.tensor([number for _, number in held])))

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


PairBatch = tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor], Tensor]


def _batches(
    pairs: Sequence[Pair], encoded: Mapping[str, list[int]], batch_size: int, *, seed: int
) -> ShuffledBatches[PairBatch]:
    """Return questions, each with its answer or with another question of its topic, by the toss of a coin.

    With few answers there is little to learn from them alone; ways to ask the same thing are worth as much.
    """
    questions = [encoded[question] for question, _, _ in pairs]
    answers = [encoded[answer] for _, answer, _ in pairs]
    groups = torch.tensor([group for _, _, group in pairs])
    twins: dict[int, list[int]] = {}
    for row, (_, _, group) in enumerate(pairs):
        twins.setdefault(group, []).append(row)

    def partner(row: int, rng: np.random.Generator) -> list[int]:
        others = twins[int(groups[row])]
        if len(others) == 1 or rng.random() < ANSWERS:
            return answers[row]
        other = others[int(rng.integers(len(others) - 1))]
        return questions[others[-1] if other == row else other]

    def collate(rows: Sequence[int], rng: np.random.Generator) -> PairBatch:
        return pad([questions[row] for row in rows]), pad([partner(row, rng) for row in rows]), groups[rows]

    order = shuffled(len(pairs), batch_size=batch_size)
    return ShuffledBatches(order, collate, count=-(-len(pairs) // batch_size), seed=seed)
