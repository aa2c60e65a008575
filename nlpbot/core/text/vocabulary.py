"""A vocabulary: tokens and their numbers, 0 first."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nlpbot.core.kernel.errors import BundleError

__all__ = ["END", "PAD", "UNKNOWN", "Vocabulary"]

PAD, UNKNOWN, END = "<pad>", "<unk>", "<eos>"


class Vocabulary:
    """Tokens with their ids, in order.

    Raises:
        ValueError: a token comes twice, or there are none.
    """

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tuple(tokens)
        self._ids = {token: index for index, token in enumerate(self._tokens)}
        if len(self._ids) != len(self._tokens) or not self._tokens:
            raise ValueError("a vocabulary wants at least one token, and none twice")

    @classmethod
    def build(
        cls,
        counts: Mapping[str, int],
        *,
        specials: Sequence[str] = (),
        max_size: int | None = None,
        min_count: int = 1,
    ) -> "Vocabulary":
        """Return the specials, then the most frequent tokens; ties go by the alphabet.

        Args:
            counts: how often each token came.
            specials: tokens that come first, whatever their counts.
            max_size: tokens in all, specials included.
            min_count: rarer tokens are left out.
        """
        ranked = sorted(
            (-count, token) for token, count in counts.items() if count >= min_count and token not in specials
        )
        tokens = [*specials, *(token for _, token in ranked)]
        return cls(tokens[:max_size])

    @property
    def tokens(self) -> tuple[str, ...]:
        """All tokens; the place of a token is its id."""
        return self._tokens

    @property
    def pad_id(self) -> int:
        """The id that fills short rows of a batch; 0 where there is no token for it."""
        return self._ids.get(PAD, 0)

    @property
    def unknown_id(self) -> int | None:
        """The id of what is not in the vocabulary, or None."""
        return self._ids.get(UNKNOWN)

    @property
    def end_id(self) -> int | None:
        """The id of the end of a line, or None."""
        return self._ids.get(END)

    def id_of(self, token: str) -> int | None:
        """Return a token's id, that of the unknown token, or None where there is neither."""
        return self._ids.get(token, self.unknown_id)

    def token_of(self, index: int) -> str:
        """Return the token of an id."""
        return self._tokens[index]

    def __len__(self) -> int:
        return len(self._tokens)

    def __contains__(self, token: str) -> bool:
        return token in self._ids

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._tokens == other._tokens

    def __hash__(self) -> int:
        return hash(self._tokens)

    def to_json(self) -> list[str]:
        """Return what `from_json` takes."""
        return list(self._tokens)

    @classmethod
    def from_json(cls, value: Any) -> "Vocabulary":
        """Return the vocabulary that `to_json` gave.

        Raises:
            BundleError: it is no list of different strings.
        """
        if not isinstance(value, list) or not _all_strings(value):
            raise BundleError("vocabulary: a list of strings expected; train the bundle again")
        try:
            return cls(value)
        except ValueError as error:
            raise BundleError(f"vocabulary: {error}") from error


def _all_strings(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
