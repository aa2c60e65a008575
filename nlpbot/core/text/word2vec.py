"""Word vectors by Word2Vec and FastText, trained with gensim, kept as safetensors and JSON.

Source: Mikolov et al. 2013, Efficient estimation of word representations in vector space; Bojanowski et al. 2017,
Enriching word vectors with subword information.
"""

import os
import time
import unicodedata
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundle import Bundle, BundleDraft
from nlpbot.core.console import ProgressLine
from nlpbot.core.errors import BundleError, DataError
from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.sentences import SentenceFiles
from nlpbot.core.text.word2vec_settings import LAST_RATE, Word2VecSettings
from nlpbot.core.text.words import jamo_of

__all__ = ["WordVectors", "train_word2vec", "vectors_of_tokens"]

WEIGHTS, WORDS = "vectors.safetensors", "words.json"


class WordVectors:
    """Words and their vectors, the most frequent first.

    Args:
        words: the vocabulary.
        matrix: of shape (words, dim).
        counts: how often each word came; 0 where that is not known.
        ngrams: vectors of hashed n-grams, of shape (buckets, dim), or None without subwords.
        ngram_range: shortest and longest n-gram.
        jamo: whether n-grams are of Korean letters rather than of syllables.
    """

    def __init__(
        self,
        words: Sequence[str],
        matrix: Float[ndarray, "words dim"],
        counts: Sequence[int],
        *,
        ngrams: Float[ndarray, "buckets dim"] | None = None,
        ngram_range: tuple[int, int] = (3, 6),
        jamo: bool = False,
    ) -> None:
        self.words = tuple(words)
        self.matrix = matrix
        self.counts = tuple(counts)
        self._ngrams = ngrams
        self._ngram_range = ngram_range
        self._jamo = jamo
        self._ids = {word: index for index, word in enumerate(self.words)}
        self.unit = matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-9)

    @property
    def dim(self) -> int:
        """Numbers in a vector."""
        return int(self.matrix.shape[1])

    def __contains__(self, word: str) -> bool:
        return word in self._ids

    def id_of(self, word: str) -> int | None:
        """Return a word's row of the matrix, or None."""
        return self._ids.get(word)

    @property
    def subword(self) -> bool:
        """Whether words never seen have vectors."""
        return self._ngrams is not None

    def spelt(self, word: str) -> str:
        """Return a word as the vocabulary spells it: as it is, or else normalised and in lower case."""
        return word if word in self._ids else unicodedata.normalize("NFC", normalize(word).lower())

    def vector(self, word: str) -> Float[ndarray, " dim"] | None:
        """Return a word's vector; for a word never seen that of its n-grams, or None without subwords."""
        index = self._ids.get(word)
        if index is not None:
            row: Float[ndarray, " dim"] = self.matrix[index]
            return row
        if self._ngrams is None:
            return None
        from gensim.models.fasttext_inner import compute_ngrams_bytes, ft_hash_bytes

        ngrams = compute_ngrams_bytes(jamo_of(word) if self._jamo else word, *self._ngram_range)
        hashes = [ft_hash_bytes(ngram) % len(self._ngrams) for ngram in ngrams]
        return self._ngrams[hashes].mean(axis=0) if hashes else None

    def matrix_for(self, words: Sequence[str]) -> tuple[Float[ndarray, "words dim"], list[bool]]:
        """Return a vector for each word, zeros where there is none, and whether there was one."""
        found = [self.vector(word) for word in words]
        zeros = np.zeros(self.dim, dtype=np.float32)
        rows = [zeros if vector is None else vector for vector in found]
        return np.stack(rows).astype(np.float32), [vector is not None for vector in found]

    def nearest(
        self, vector: Float[ndarray, " dim"], count: int, *, without: Sequence[str] = ()
    ) -> list[tuple[str, float]]:
        """Return the words whose vectors point most nearly the same way, with their cosines, best first."""
        similarity = self.unit @ (vector / max(float(np.linalg.norm(vector)), 1e-9))
        for word in without:
            if word in self._ids:
                similarity[self._ids[word]] = -np.inf
        count = min(count, len(self.words))
        best = np.argpartition(-similarity, count - 1)[:count]
        best = best[np.argsort(-similarity[best], kind="stable")]
        return [(self.words[i], float(similarity[i])) for i in best if np.isfinite(similarity[i])]

    def neighbours(self, word: str, count: int = 10) -> list[tuple[str, float]]:
        """Return the words most like a word, with their cosines.

        Raises:
            DataError: the word has no vector.
        """
        return self.nearest(self.wanted(word), count, without=(self.spelt(word),))

    def analogy(self, a: str, b: str, c: str, count: int = 10) -> list[tuple[str, float]]:
        """Return the words nearest to b - a + c, with their cosines, the three themselves left out.

        Raises:
            DataError: a word has no vector.
        """
        first, second, third = (
            vector / max(float(np.linalg.norm(vector)), 1e-9) for vector in map(self.wanted, (a, b, c))
        )
        return self.nearest(second - first + third, count, without=[self.spelt(word) for word in (a, b, c)])

    def wanted(self, word: str) -> Float[ndarray, " dim"]:
        """Return the vector of a word as the user typed it.

        Raises:
            DataError: the word has no vector.
        """
        vector = self.vector(self.spelt(word))
        if vector is None:
            why = "too short for its n-grams" if self.subword else "train with --subword for words never seen"
            raise DataError(f"{word!r}: not among the {len(self.words):,} words; {why}")
        return vector

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the vectors into a bundle, and return what its config must hold."""
        tensors = {"matrix": torch.from_numpy(self.matrix), "counts": torch.tensor(self.counts)}
        if self._ngrams is not None:
            tensors["ngrams"] = torch.from_numpy(self._ngrams)
        draft.write_tensors(WEIGHTS, tensors)
        spelling = {"ngram_range": list(self._ngram_range), "jamo": self._jamo}
        draft.write_json(WORDS, {"words": list(self.words), **spelling})
        return {"dim": self.dim, "words": len(self.words), "subword": self.subword}

    @classmethod
    def load(cls, bundle: Bundle) -> "WordVectors":
        """Return the vectors of a bundle that `save` wrote.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        tensors, words = bundle.read_tensors(WEIGHTS), bundle.read_json(WORDS)
        try:
            matrix, counts = tensors["matrix"].numpy(), tensors["counts"].tolist()
            low, high = words["ngram_range"]
            names, jamo = words["words"], bool(words.get("jamo", False))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: vectors are damaged: {error}; train them again") from error
        if not len(names) == len(matrix) == len(counts):
            raise BundleError(f"{bundle.folder}: {len(names)} words but {len(matrix)} vectors; train them again")
        ngrams = tensors["ngrams"].numpy() if "ngrams" in tensors else None
        return cls(names, matrix, counts, ngrams=ngrams, ngram_range=(int(low), int(high)), jamo=jamo)


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
        progress: is told how far it is and how many words a second it reads, with line files.

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
