"""Words as vectors: their neighbours and analogies, kept as safetensors and JSON."""

import unicodedata
from collections.abc import Collection, Sequence
from itertools import islice
from typing import Any

import numpy as np
import torch
from jaxtyping import Float
from numpy import ndarray

from nlpbot.core.bundles.bundle import Bundle, BundleDraft
from nlpbot.core.kernel.eight_bits import in_eight_bits, in_full
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.words import jamo_of

__all__ = ["WordVectors"]

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
        small: whether a bundle holds them in 8 bits.
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
        small: bool = False,
    ) -> None:
        self.words = tuple(words)
        self.matrix = matrix
        self.counts = tuple(counts)
        self._ngrams = ngrams
        self._ngram_range = ngram_range
        self._jamo = jamo
        self._small = small
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
        return self.nearest(self.required(word), count, without=(self.spelt(word),))

    def analogy(self, a: str, b: str, c: str, count: int = 10) -> list[tuple[str, float]]:
        """Return the words nearest to b - a + c, with their cosines, the three themselves left out.

        Raises:
            DataError: a word has no vector.
        """
        first, second, third = (
            vector / max(float(np.linalg.norm(vector)), 1e-9) for vector in map(self.required, (a, b, c))
        )
        return self.nearest(second - first + third, count, without=[self.spelt(word) for word in (a, b, c)])

    def required(self, word: str) -> Float[ndarray, " dim"]:
        """Return the vector of a word as the user typed it.

        Raises:
            DataError: the word has no vector.
        """
        vector = self.vector(self.spelt(word))
        if vector is None:
            why = "too short for its n-grams" if self.subword else "train with --subword for words never seen"
            raise DataError(f"{word!r}: not among the {len(self.words):,} words; {why}")
        return vector

    def cut(self, count: int, keep: Collection[str] = ()) -> "WordVectors":
        """Return vectors that come along easily: fewer words, in 8 bits, and none for words never seen.

        Args:
            count: words that stay, the most frequent.
            keep: words that stay before them, where they have a vector.
        """
        kept = [index for index, word in enumerate(self.words) if word in keep][:count]
        others = (index for index in range(len(self.words)) if self.words[index] not in keep)
        rows = sorted([*kept, *islice(others, count - len(kept))])
        words, counts = [self.words[row] for row in rows], [self.counts[row] for row in rows]
        return WordVectors(words, self.matrix[rows], counts, small=True)

    def save(self, draft: BundleDraft) -> dict[str, Any]:
        """Write the vectors into a bundle, and return what its config must hold."""
        tensors = {"matrix": torch.from_numpy(self.matrix), "counts": torch.tensor(self.counts, dtype=torch.int32)}
        if self._ngrams is not None:
            tensors["ngrams"] = torch.from_numpy(self._ngrams)
        draft.write_tensors(WEIGHTS, in_eight_bits(tensors) if self._small else tensors)
        spelling = {"ngram_range": list(self._ngram_range), "jamo": self._jamo}
        draft.write_json(WORDS, {"words": list(self.words), **spelling})
        return {"dim": self.dim, "words": len(self.words), "subword": self.subword, "bits": 8 if self._small else 32}

    @classmethod
    def load(cls, bundle: Bundle) -> "WordVectors":
        """Return the vectors of a bundle that `save` wrote.

        Raises:
            BundleError: parts are missing or don't fit each other.
        """
        kept, words = bundle.read_tensors(WEIGHTS), bundle.read_json(WORDS)
        tensors = in_full(kept)
        try:
            matrix, counts = tensors["matrix"].numpy(), tensors["counts"].tolist()
            low, high = words["ngram_range"]
            names, jamo = words["words"], bool(words.get("jamo", False))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BundleError(f"{bundle.folder}: vectors are damaged: {error}; train them again") from error
        if not len(names) == len(matrix) == len(counts):
            raise BundleError(f"{bundle.folder}: {len(names)} words but {len(matrix)} vectors; train them again")
        ngrams = tensors["ngrams"].numpy() if "ngrams" in tensors else None
        return cls(
            names,
            matrix,
            counts,
            ngrams=ngrams,
            ngram_range=(int(low), int(high)),
            jamo=jamo,
            small=len(kept) > len(tensors),
        )
