"""Tokenizers: text to ids and back, by characters, words or subwords.

Characters and subwords give any Unicode text back exactly; words give it back up to white space and unknown words.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, Protocol, runtime_checkable

from tokenizers import Tokenizer as HuggingFaceTokenizer
from tokenizers import decoders, models, pre_tokenizers, trainers

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.text.vocabulary import END, UNKNOWN, Vocabulary
from nlpbot.core.text.word_counts import WordCounts

__all__ = ["CharacterTokenizer", "SubwordTokenizer", "Tokenizer", "WordTokenizer", "tokenizer_from_json"]

BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
PIECE = 1 << 14
KINDS, KINDS_A_WORD = 500_000, 50
"""Of words, counted at once, or for each that the vocabulary has room for; rarer ones would hardly become one of it."""
PUNCTUATION = re.compile(r"<[a-z]+>|\w+(?:['’]\w+)*|[^\w\s]")


@runtime_checkable
class Tokenizer(Protocol):
    """Turns text into ids of a vocabulary, and ids into text."""

    @property
    def vocabulary(self) -> Vocabulary:
        """The tokens that ids stand for."""

    def encode(self, text: str) -> list[int]:
        """Return the ids of a text."""

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text of ids."""

    def to_json(self) -> dict[str, Any]:
        """Return what `tokenizer_from_json` takes."""


class CharacterTokenizer:
    """One token a character; with `byte_fallback` a character never seen becomes its UTF-8 bytes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._ids = {token: index for index, token in enumerate(vocabulary.tokens) if len(token) == 1}
        self._first_byte = vocabulary.id_of(BYTES[0]) if BYTES[0] in vocabulary else None

    @classmethod
    def train(
        cls, texts: Iterable[str], *, specials: Sequence[str] = (), byte_fallback: bool = True
    ) -> "CharacterTokenizer":
        """Return a tokenizer of the characters of some texts."""
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(text)
        first = [*specials, *(BYTES if byte_fallback else ())]
        return cls(Vocabulary.build(counts, specials=first))

    @property
    def vocabulary(self) -> Vocabulary:
        """The characters, after the specials and the bytes."""
        return self._vocabulary

    def encode(self, text: str) -> list[int]:
        """Return an id a character, or an id a byte for a character never seen.

        Raises:
            ValueError: a character was never seen and there is no way to write it.
        """
        try:
            return [self._ids[character] for character in text]  # several times as fast as asking first
        except KeyError:
            known = self._ids
            return [i for c in text for i in ((known[c],) if c in known else self._unseen(c))]

    def _unseen(self, character: str) -> Sequence[int]:
        if self._first_byte is not None:
            return [self._first_byte + byte for byte in character.encode("utf-8", errors="replace")]
        if self._vocabulary.unknown_id is not None:
            return [self._vocabulary.unknown_id]
        raise ValueError(f"{character!r} is not among the {len(self._vocabulary)} symbols trained on")

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text; bytes that are no UTF-8 become U+FFFD, and specials nothing."""
        parts: list[str] = []
        pending = bytearray()
        for index in ids:
            if self._first_byte is not None and 0 <= index - self._first_byte < len(BYTES):
                pending.append(index - self._first_byte)
                continue
            token = self._vocabulary.token_of(index)
            parts += [pending.decode(errors="replace"), token if len(token) == 1 else ""]
            pending.clear()
        return "".join(parts) + pending.decode(errors="replace")

    def to_json(self) -> dict[str, Any]:
        """Return what `tokenizer_from_json` takes."""
        return {"kind": "character", "vocabulary": self._vocabulary.to_json()}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "CharacterTokenizer":
        """Return the tokenizer that `to_json` gave."""
        return cls(Vocabulary.from_json(value.get("vocabulary")))


class WordTokenizer:
    """One token a word; a line end is ``<eos>``, a word never seen ``<unk>``.

    Args:
        split: ``space`` at white space only, as benchmarks do; ``punctuation`` also around signs.
        lower: whether capitals are folded.
    """

    def __init__(
        self, vocabulary: Vocabulary, *, split: Literal["space", "punctuation"] = "space", lower: bool = False
    ) -> None:
        self._vocabulary = vocabulary
        self._split = split
        self._lower = lower

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        *,
        max_size: int | None = None,
        min_count: int = 1,
        split: Literal["space", "punctuation"] = "space",
        lower: bool = False,
        specials: Sequence[str] = (UNKNOWN, END),
    ) -> "WordTokenizer":
        """Return a tokenizer of the most frequent words of some texts."""
        empty = cls(Vocabulary([UNKNOWN]), split=split, lower=lower)
        counts = WordCounts(max(KINDS, KINDS_A_WORD * max_size) if max_size is not None else None)
        for text in texts:
            counts.add(empty.words(text))
        vocabulary = Vocabulary.build(counts.kept, specials=specials, max_size=max_size, min_count=min_count)
        return cls(vocabulary, split=split, lower=lower)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words, most frequent first after the specials."""
        return self._vocabulary

    def words(self, text: str) -> list[str]:
        """Return the words of a text, with ``<eos>`` for each line end."""
        folded = (text.lower() if self._lower else text).replace("\n", f" {END} ")
        return folded.split() if self._split == "space" else PUNCTUATION.findall(folded)

    def encode(self, text: str) -> list[int]:
        """Return an id a word."""
        ids = (self._vocabulary.id_of(word) for word in self.words(text))
        return [index for index in ids if index is not None]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the words with spaces between, and line ends where they were."""
        text = " ".join(self._vocabulary.token_of(index) for index in ids)
        return re.sub(rf" ?{END} ?", "\n", text)

    def to_json(self) -> dict[str, Any]:
        """Return what `tokenizer_from_json` takes."""
        vocabulary = self._vocabulary.to_json()
        return {"kind": "word", "vocabulary": vocabulary, "split": self._split, "lower": self._lower}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "WordTokenizer":
        """Return the tokenizer that `to_json` gave."""
        split, lower = value.get("split"), value.get("lower")
        if split not in ("space", "punctuation") or not isinstance(lower, bool):
            raise BundleError("tokenizer: split and lower expected; train the bundle again")
        return cls(Vocabulary.from_json(value.get("vocabulary")), split=split, lower=lower)


class SubwordTokenizer:
    """Frequent pieces of words, over bytes, so that nothing is unknown.

    Source: Sennrich et al. 2016 (BPE); Kudo 2018 (unigram). Trained and run by Hugging Face tokenizers.
    """

    def __init__(self, model: HuggingFaceTokenizer, specials: Sequence[str] = ()) -> None:
        self._model = model
        self._specials = tuple(specials)
        pieces = sorted(model.get_vocab().items(), key=lambda item: item[1])
        self._vocabulary = Vocabulary([*self._specials, *(piece for piece, _ in pieces)])

    @classmethod
    def train(
        cls,
        texts: Iterable[str],
        *,
        size: int = 8000,
        algorithm: Literal["bpe", "unigram"] = "bpe",
        specials: Sequence[str] = (),
    ) -> "SubwordTokenizer":
        """Return a tokenizer with at most `size` pieces, the 256 bytes among them."""
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        model = HuggingFaceTokenizer(models.BPE() if algorithm == "bpe" else models.Unigram())
        model.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        model.decoder = decoders.ByteLevel()
        trainer = (
            trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
            if algorithm == "bpe"
            else trainers.UnigramTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
        )
        # The library holds 256 texts at a time, so long ones come in pieces; a word cut now and then teaches nothing.
        pieces = (text[start : start + PIECE] for text in texts for start in range(0, len(text), PIECE))
        model.train_from_iterator(pieces, trainer)
        return cls(model, specials)

    @property
    def vocabulary(self) -> Vocabulary:
        """The pieces, after the specials."""
        return self._vocabulary

    def encode(self, text: str) -> list[int]:
        """Return an id a piece; half a surrogate pair, which is no text, is read as a question mark."""
        whole = text.encode(errors="replace").decode()
        return [index + len(self._specials) for index in self._model.encode(whole).ids]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text; specials are left out."""
        pieces = [index - len(self._specials) for index in ids if index >= len(self._specials)]
        return str(self._model.decode(pieces, skip_special_tokens=False))

    def to_json(self) -> dict[str, Any]:
        """Return what `tokenizer_from_json` takes."""
        return {"kind": "subword", "model": self._model.to_str(), "specials": list(self._specials)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> "SubwordTokenizer":
        """Return the tokenizer that `to_json` gave."""
        model, specials = value.get("model"), value.get("specials")
        if not isinstance(model, str) or not isinstance(specials, list):
            raise BundleError("tokenizer: model and specials expected; train the bundle again")
        try:
            read = HuggingFaceTokenizer.from_str(model)
            read.model._resize_cache(0)  # it would keep the last 10,000 words that users wrote
            return cls(read, specials)
        except Exception as error:  # the Rust side raises plain Exception
            raise BundleError(f"tokenizer: damaged: {error}") from error


READERS: dict[str, Callable[[dict[str, Any]], Tokenizer]] = {
    "character": CharacterTokenizer.from_json,
    "word": WordTokenizer.from_json,
    "subword": SubwordTokenizer.from_json,
}


def tokenizer_from_json(value: Any) -> Tokenizer:
    """Return the tokenizer that some tokenizer's `to_json` gave.

    Raises:
        BundleError: it is damaged, or of a kind that is not known.
    """
    reader = READERS.get(str(value.get("kind"))) if isinstance(value, dict) else None
    if reader is None:
        raise BundleError(f"tokenizer: kind {', '.join(READERS)} expected; train the bundle again")
    return reader(value)
