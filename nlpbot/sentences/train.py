"""Train a sentence encoder: on pairs that mean the same, and to put texts where its teachers put them."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.eight_bits import rounded
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.threads import cores, threads
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig, TaughtEncoder, sentence_loss
from nlpbot.core.text.word2vec import train_word2vec
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.text.words import word_texts
from nlpbot.core.training import RunFolder, RunResult, TrainingRun, Validation
from nlpbot.encoding.encoder import Encoder
from nlpbot.sentences.config import SentencesSettings
from nlpbot.sentences.data import Question
from nlpbot.sentences.finding import finding_loss, lists_of
from nlpbot.sentences.lessons import Lessons, lesson_batches
from nlpbot.sentences.predictor import SentencesPredictor

__all__ = ["TrainedEncoder", "train_encoder"]


@dataclass(frozen=True, slots=True)
class TrainedEncoder:
    """What a training run leaves."""

    predictor: SentencesPredictor
    run: RunResult
    seconds: float
    """In all."""


def train_encoder(
    lessons: Lessons,
    held: Sequence[Question],
    vectors: Sequence[WordVectors],
    settings: SentencesSettings,
    device: torch.device,
    *,
    folder: RunFolder | None = None,
    progress: ProgressLine | None = None,
) -> TrainedEncoder:
    """Return the encoder that learned from some lessons.

    Args:
        lessons: what is learned from.
        held: questions by which its best weights are kept; without any it trains to the end.
        vectors: that its words start from, a language each; without any they are trained on the lessons.
        settings: how to train.
        device: where.
        folder: takes the checkpoint.
        progress: shows how far it is.
    """
    start = time.monotonic()
    reading = settings.reading
    vectors = vectors or [_own_vectors(lessons, settings)]
    counts = [dict(zip(some.words, some.counts, strict=True)) for some in vectors]
    features = WordFeatures.choose(counts, words=reading.words, parts=reading.parts, max_tokens=reading.max_tokens)
    with seeded(settings.seed) as rng:
        config = SentenceEncoderConfig(
            words=len(features.words) + 1,
            parts=len(features.parts) + 1,
            embedding=vectors[0].dim,
            **settings.network.model_dump(),
        )
        network = SentenceEncoder(config)
        _start_from(network, features, vectors)
        encoder = Encoder(network, features, device)
        model = TaughtEncoder(network, {name: array.shape[1] for name, array in lessons.wordings.vectors.items()})
        batches = lesson_batches(
            lessons,
            features,
            pieces=settings.train.batch_size,
            pairs=settings.pairs,
            seed=int(rng.integers(1 << 31)),
        )
        lists = list(lists_of(held))
        validation = Validation(lambda: finding_loss(encoder, lists)) if lists else None
        run = TrainingRun(
            model.to(device), sentence_loss, batches, settings.train, device, validation=validation, folder=folder
        )
        with threads(cores()):
            for report in run:
                if progress is not None:
                    progress(report.step, report.steps or 0, str(report))
    network.load_state_dict(rounded(network.state_dict()))  # so that what is measured is what a bundle holds
    network.eval()
    return TrainedEncoder(SentencesPredictor(encoder), run.result, time.monotonic() - start)


def _own_vectors(lessons: Lessons, settings: SentencesSettings) -> WordVectors:
    texts = [*lessons.pieces.texts, *lessons.wordings.texts]
    return train_word2vec([word_texts(text) for text in texts], settings.word2vec)


def _start_from(network: SentenceEncoder, features: WordFeatures, vectors: Sequence[WordVectors]) -> None:
    """Give the words of each language the vectors that they have there."""
    for some in vectors:
        matrix, known = some.matrix_for(features.words)
        words = [is_known and word in some for word, is_known in zip(features.words, known, strict=True)]
        network.words.start_from(np.vstack([np.zeros((1, some.dim), dtype=np.float32), matrix]), [False, *words])
