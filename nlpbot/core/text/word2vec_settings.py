"""Settings of word vectors, apart from their training, so that reading a settings file loads no torch."""

from typing import Literal

from pydantic import Field, model_validator

from nlpbot.core.kernel.config import Settings

__all__ = ["LAST_RATE", "Word2VecSettings"]

LAST_RATE = 0.0001
"""Learning rate at the end, as in the original word2vec."""


class Word2VecSettings(Settings):
    """How word vectors are trained."""

    dim: int = Field(100, ge=2, le=1000)
    """Numbers in a vector."""
    window: int = Field(5, ge=1, le=50)
    """Words to each side that count as context."""
    epochs: int = Field(5, ge=1, le=1000)
    """Times the corpus is read."""
    learning_rate: float = Field(0.025, gt=LAST_RATE, le=1)
    """At the start, from where it falls in a straight line; word2vec's is 0.025, FastText's 0.05."""
    min_count: int = Field(5, ge=1)
    """Words that come less often get no vector."""
    negative: int = Field(5, ge=1, le=50)
    """Words drawn as noise for each true one."""
    algorithm: Literal["skip-gram", "cbow"] = "skip-gram"
    """Whether a word predicts its context, or the context the word."""
    subword: bool = False
    """FastText: vectors of character n-grams, so that words never seen have vectors too."""
    min_n: int = Field(3, ge=1, le=10)
    """Shortest character n-gram, with `subword`."""
    max_n: int = Field(6, ge=1, le=10)
    """Longest character n-gram, with `subword`; at least `min_n`."""
    jamo: bool = False
    """Whether n-grams, with `subword`, are of Korean letters rather than of syllables."""
    particles: bool = False
    """Whether Korean particles become words of their own, so that all forms of a noun count as the noun."""
    buckets: int = Field(50_000, ge=1, le=100_000)
    """Vectors that n-grams are hashed to, with `subword`."""
    sample: float = Field(1e-3, ge=0, le=1)
    """Words more frequent than this fraction of all are thinned out."""
    workers: int = Field(1, ge=1, le=64)
    """Threads; one gives the same vectors every time, more don't."""
    seed: int = Field(0, ge=0)
    """Seed of the first vectors and of the noise."""

    @model_validator(mode="after")
    def _lengths_in_order(self) -> "Word2VecSettings":
        if self.min_n > self.max_n:
            raise ValueError(f"n-grams from {self.min_n} to {self.max_n} letters; min_n is to be at most max_n")
        return self
