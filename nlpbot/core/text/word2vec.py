"""Word vectors by Word2Vec and FastText, trained with gensim.

Source: Mikolov et al. 2013, Efficient estimation of word representations in vector space; Bojanowski et al. 2017,
Enriching word vectors with subword information.
"""

import os
import time
import unicodedata
from collections.abc import Sequence
from typing import Any

from nlpbot.core.kernel.console import ProgressLine
from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.sentences import SentenceFiles
from nlpbot.core.text.word2vec_settings import LAST_RATE, Word2VecSettings
from nlpbot.core.text.word_vectors import WordVectors

__all__ = ["train_word2vec", "vectors_of_tokens"]


def train_word2vec(
    source: Sequence[list[str]] | SentenceFiles,
    settings: Word2VecSettings,
    *,
    progress: ProgressLine | None = None,
) -> WordVectors:
    """Return vectors of the words of a corpus.

    Args:
        source: sentences as lists of words, or line files, which let `workers` work side by side.
        settings: how to train; `jamo` and `particles` are for line files, which must have been written with them.
        progress: shows how far it is and how many words a second it reads, with line files.

    Raises:
        DataError: no word comes `min_count` times.
    """
    model = _model(settings)
    try:
        if isinstance(source, SentenceFiles):
            _train_on_files(model, source, settings, progress)
        else:
            model.build_vocab(corpus_iterable=source)
            model.train(corpus_iterable=source, total_examples=model.corpus_count, epochs=settings.epochs)
    except RuntimeError as error:
        raise DataError(f"word vectors: no word comes {settings.min_count} times; lower --min-count") from error
    vectors = model.wv
    jamo = isinstance(source, SentenceFiles) and source.jamo
    words = [unicodedata.normalize("NFC", word) if jamo else word for word in vectors.index_to_key]
    return WordVectors(
        words,
        vectors.vectors,
        [int(vectors.get_vecattr(word, "count")) for word in vectors.index_to_key],
        ngrams=vectors.vectors_ngrams if settings.subword else None,
        ngram_range=(settings.min_n, settings.max_n),
        jamo=jamo,
    )


def vectors_of_tokens(
    encoded: Sequence[Sequence[int]], tokens: Sequence[str], settings: Word2VecSettings
) -> WordVectors:
    """Return vectors of the tokens of encoded texts, even of those that come once.

    Args:
        encoded: ids of each text.
        tokens: what the ids stand for.
        settings: how to train; `min_count` is passed over.
    """
    sentences = [[tokens[index] for index in ids] for ids in encoded]
    return train_word2vec(sentences, settings.model_copy(update={"min_count": 1}))


def _model(settings: Word2VecSettings) -> Any:
    from gensim.models import FastText, Word2Vec

    shared: dict[str, Any] = {
        "vector_size": settings.dim,
        "window": settings.window,
        "min_count": settings.min_count,
        "negative": settings.negative,
        "sg": int(settings.algorithm == "skip-gram"),
        "sample": settings.sample,
        "workers": settings.workers,
        "seed": settings.seed + 1,  # gensim takes 0 for "no seed given"
        "alpha": settings.learning_rate,
        "min_alpha": LAST_RATE,
    }
    if settings.subword:
        return FastText(**shared, min_n=settings.min_n, max_n=settings.max_n, bucket=settings.buckets)
    return Word2Vec(**shared)


def _train_on_files(
    model: Any, source: SentenceFiles, settings: Word2VecSettings, progress: ProgressLine | None
) -> None:
    """Train file by file, since gensim is silent while it reads one; the learning rate falls over all of them."""
    model.build_vocab_from_freq({word: count for word, count in source.counts.items() if count >= settings.min_count})
    if settings.subword:
        compose, model.wv.adjust_vectors = model.wv.adjust_vectors, _later  # a loop over all words after every file
    epochs, rate = settings.epochs, settings.learning_rate
    total, done = epochs * source.words, 0
    for epoch in range(1, epochs + 1):
        for path, words in zip(source.parts, source.part_words, strict=True):
            start = time.monotonic()
            first, last = (rate - (rate - LAST_RATE) * at / total for at in (done, done + words))
            model.train(corpus_file=os.fspath(path), total_words=words, epochs=1, start_alpha=first, end_alpha=last)
            done += words
            if progress is not None:
                speed = words / max(time.monotonic() - start, 1e-9)
                progress(done, total, f"epoch {epoch} of {epochs}, {speed:,.0f} words a second")
    if settings.subword:
        compose()


def _later() -> None:
    """Leave the vectors of words as they are."""
