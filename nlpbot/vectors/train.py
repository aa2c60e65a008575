"""Train word vectors on a corpus of any size."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.text.sentences import write_sentences
from nlpbot.core.text.word2vec import train_word2vec
from nlpbot.core.text.word2vec_settings import Word2VecSettings
from nlpbot.vectors.data import corpus_pieces
from nlpbot.vectors.predictor import VectorsPredictor

__all__ = ["TrainedVectors", "train_vectors"]


@dataclass(frozen=True, slots=True)
class TrainedVectors:
    """What a training run leaves."""

    predictor: VectorsPredictor
    tokens: int
    """Words of the corpus, each as often as it comes."""
    seconds: float
    """Reading and training."""
    words_per_second: float
    """While training."""


def train_vectors(
    paths: Sequence[Path], settings: Word2VecSettings, *, progress: ProgressLine | None = None
) -> TrainedVectors:
    """Return the vectors of the words of some text files.

    Args:
        paths: text files; normalised copies of them lie in the temporary folder while this runs.
        settings: how.
        progress: shows how far it is.

    Raises:
        DataError: a file can't be read, or no word comes often enough.
    """
    start = time.monotonic()
    jamo = settings.subword and settings.jamo
    with TemporaryDirectory(prefix="nlpbot-", ignore_cleanup_errors=True) as folder:
        pieces, own_words = corpus_pieces(paths), settings.particles
        corpus = write_sentences(pieces, Path(folder), particles=own_words, jamo=jamo, progress=progress)
        began = time.monotonic()
        vectors = train_word2vec(corpus, settings, progress=progress)
    end = time.monotonic()
    rate = corpus.words * settings.epochs / max(end - began, 1e-9)
    return TrainedVectors(VectorsPredictor(vectors), corpus.words, end - start, rate)
