"""Train a sentence encoder: on pairs that mean the same, and to put texts where its teachers put them."""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.eight_bits import rounded
from nlpbot.core.kernel.reproducibility import seeded
from nlpbot.core.kernel.threads import cores, threads
from nlpbot.core.nn import SentenceEncoder, SentenceEncoderConfig, TaughtEncoder, sentence_loss
from nlpbot.core.text.korean_stems import without_particle
from nlpbot.core.text.word2vec import train_word2vec
from nlpbot.core.text.word_features import WordFeatures
from nlpbot.core.text.word_vectors import WordVectors
from nlpbot.core.text.words import word_texts
from nlpbot.core.training import RunFolder, RunResult, TrainingRun, TrainSettings, Validation
from nlpbot.encoding.encoder import Encoder
from nlpbot.sentences.config import SentencesSettings, WordsSettings
from nlpbot.sentences.data import Question
from nlpbot.sentences.finding import finding_loss, lists_of
from nlpbot.sentences.lessons import Lessons, lesson_batches
from nlpbot.sentences.predictor import SentencesPredictor

__all__ = ["TrainedEncoder", "train_encoder"]

OFTEN = 20
"""Times that a word of the lessons counts as one of the texts that word vectors were trained on."""


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
    vectors = vectors or [_own_vectors(lessons, settings)]
    features = _features(lessons, vectors, settings.reading)
    config = SentenceEncoderConfig(
        words=len(features.words) + 1,
        parts=len(features.parts) + 1,
        embedding=vectors[0].dim,
        **settings.network.model_dump(),
    )
    lists = list(lists_of(held))

    def trained(model: TaughtEncoder, train: TrainSettings, name: str) -> RunResult:
        encoder = Encoder(model.encoder, features, device)
        batches = lesson_batches(lessons, features, pieces=train.batch_size, pairs=settings.pairs, seed=settings.seed)
        run = TrainingRun(
            model.to(device),
            sentence_loss,
            batches,
            train,
            device,
            validation=Validation(lambda: finding_loss(encoder, lists)) if lists else None,
            folder=folder.inside(name) if folder is not None else None,
        )
        for report in run:
            if progress is not None:
                progress(report.step, report.steps or 0, f"{name}, {report}")
        return run.result

    with seeded(settings.seed), threads(cores()):
        model = _untrained(config, lessons, device)
        if settings.words_first is None:
            _start_from(model.encoder, features, vectors)
        else:
            first = _untrained(config.model_copy(update={"hidden": 0}), lessons, device)
            _start_from(first.encoder, features, vectors)
            trained(first, settings.words_first, "words")
            model.start_from(first)
        result = trained(model, settings.train, "sentences")
    network = model.encoder
    network.load_state_dict(rounded(network.state_dict()))  # so that what is measured is what a bundle holds
    return TrainedEncoder(SentencesPredictor(Encoder(network, features, device)), result, time.monotonic() - start)


def _untrained(config: SentenceEncoderConfig, lessons: Lessons, device: torch.device) -> TaughtEncoder:
    teachers = {name: vectors.shape[1] for name, vectors in lessons.wordings.vectors.items()}
    return TaughtEncoder(SentenceEncoder(config), teachers).to(device)


def _features(lessons: Lessons, vectors: Sequence[WordVectors], reading: WordsSettings) -> WordFeatures:
    """Return what texts are read by: words that have vectors, the frequent ones, those of the lessons before others."""
    asked = Counter(word for text in lessons.wordings.texts for word in word_texts(text))
    counts = []
    for some in vectors:
        found = Counter(dict(zip(some.words, some.counts, strict=True)))
        for word, count in asked.items():
            known = next((form for form in (word, *without_particle(word)) if form in some), None)
            if known is not None:
                found[known] += OFTEN * count
        counts.append(found)
    return WordFeatures.choose(counts, words=reading.words, parts=reading.parts, max_tokens=reading.max_tokens)


def _own_vectors(lessons: Lessons, settings: SentencesSettings) -> WordVectors:
    texts = [*lessons.pieces.texts, *lessons.wordings.texts]
    return train_word2vec([word_texts(text) for text in texts], settings.word2vec)


def _start_from(network: SentenceEncoder, features: WordFeatures, vectors: Sequence[WordVectors]) -> None:
    """Give the words of each language the vectors that they have there."""
    for some in vectors:
        matrix, known = some.matrix_for(features.words)
        words = [is_known and word in some for word, is_known in zip(features.words, known, strict=True)]
        network.words.start_from(np.vstack([np.zeros((1, some.dim), dtype=np.float32), matrix]), [False, *words])
