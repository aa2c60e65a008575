"""What a loss in nats means to people."""

import math

__all__ = ["bits_per_character", "perplexity"]

MAX_NATS = 700.0
"""exp overflows a float just above."""


def perplexity(nats_per_token: float) -> float:
    """Return the number of tokens among which the model is as unsure as if all were alike."""
    return math.exp(min(nats_per_token, MAX_NATS))


def bits_per_character(nats: float, characters: int) -> float:
    """Return bits a character.

    Args:
        nats: of the whole text.
        characters: of the whole text.
    """
    return nats / math.log(2) / characters
