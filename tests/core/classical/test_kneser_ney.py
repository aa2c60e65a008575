from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.classical import kneser_ney
from nlpbot.core.classical.kneser_ney import KneserNey

VOCABULARY = 4
texts = st.lists(st.integers(0, VOCABULARY - 1), min_size=1, max_size=120)


def random_text(tokens: int, *, vocabulary: int = VOCABULARY, seed: int = 0) -> np.ndarray:
    """Return a text in which what comes next depends on what came."""
    rng = np.random.default_rng(seed)
    ids = [0]
    for surprise in rng.random(tokens - 1):
        ids.append(int(rng.integers(vocabulary)) if surprise < 0.4 else (3 * ids[-1] + 1) % vocabulary)
    return np.array(ids, dtype=np.uint16)


class Reference:
    """Chen and Goodman's formulae, word for word."""

    def __init__(self, ids: list[int], order: int) -> None:
        order = min(order, len(ids))
        grams = [Counter(tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)) for n in range(1, order + 1)]
        self.counts = [grams[-1]]
        for n in range(order - 1, 0, -1):
            before = Counter(gram[1:] for gram in grams[n])
            before[tuple(ids[:n])] += 1
            self.counts.insert(0, before)
        self.discounts = [self.of(counts) for counts in self.counts]

    @staticmethod
    def of(counts: Counter) -> tuple[float, float, float]:
        n = [sum(count == k for count in counts.values()) for k in range(5)]
        if 0 not in n[1:]:
            y = n[1] / (n[1] + 2 * n[2])
            found = tuple(k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3))
            if min(found) > 0:
                return found
        return 0.5, 1.0, 1.5

    def probability(self, context: tuple[int, ...], token: int) -> float:
        """Return the probability after a context, at most as long as the order allows."""
        lower = self.probability(context[1:], token) if context else 1 / VOCABULARY
        counts, discounts = self.counts[len(context)], self.discounts[len(context)]
        after = {gram[-1]: count for gram, count in counts.items() if gram[:-1] == context}
        if not after:
            return lower
        taken = {other: discounts[min(count, 3) - 1] for other, count in after.items()}
        own = after.get(token, 0) - taken.get(token, 0)
        return (own + sum(taken.values()) * lower) / sum(after.values())


@given(text=texts, other=texts, order=st.integers(1, 5))
def test_it_is_what_the_formulae_say(text, other, order):
    model = KneserNey.fit(np.array(text, dtype=np.uint16), vocabulary=VOCABULARY, order=order)
    reference = Reference(text, order)
    longest = min(order, len(text)) - 1
    expected = [
        -np.log(reference.probability(tuple(other[max(i - longest, 0) : i]), other[i])) for i in range(1, len(other))
    ]
    assert model.nats(np.array(other, dtype=np.uint16)) == pytest.approx(expected, abs=1e-9)


def test_long_texts_have_discounts_of_their_own_and_still_fit_the_formulae():
    text = random_text(3000)
    model, reference = KneserNey.fit(text, vocabulary=VOCABULARY, order=5), Reference(text.tolist(), 5)
    assert reference.discounts[-1] != (0.5, 1.0, 1.5)
    other = random_text(200, seed=1)
    expected = [
        -np.log(reference.probability(tuple(other[max(i - 4, 0) : i].tolist()), int(other[i]))) for i in range(1, 200)
    ]
    assert model.nats(other) == pytest.approx(expected, abs=1e-9)


def test_after_any_context_the_probabilities_add_up_to_one():
    vocabulary = 30  # ten of them never seen
    model = KneserNey.fit(random_text(5000, vocabulary=20), vocabulary=vocabulary, order=5)
    rng = np.random.default_rng(2)
    seen = random_text(5000, vocabulary=20)
    contexts = [seen[i : i + 6] for i in rng.integers(4000, size=20)]
    contexts += [rng.integers(vocabulary, size=rng.integers(1, 8)) for _ in range(20)]
    for context in contexts:
        nats = [model.nats(np.append(context, token))[-1] for token in range(vocabulary)]
        assert np.isfinite(nats).all()
        assert np.exp(-np.array(nats)).sum() == pytest.approx(1, abs=1e-9)


def test_how_it_is_cut_into_pieces_changes_nothing(monkeypatch):
    text, other = random_text(3000, vocabulary=9), random_text(500, vocabulary=9, seed=1)
    whole = KneserNey.fit(text, vocabulary=9, order=4).nats(other)
    monkeypatch.setattr(kneser_ney, "PLACES_AT_ONCE", 50)
    monkeypatch.setattr(kneser_ney, "TOKENS_AT_ONCE", 7)
    assert np.array_equal(KneserNey.fit(text, vocabulary=9, order=4).nats(other), whole)


def test_a_file_mapped_into_memory_and_a_large_vocabulary_will_do(tmp_path):
    rng = np.random.default_rng(0)
    vocabulary = 2_000_000
    text = rng.choice(rng.integers(vocabulary, size=40), size=2000).astype(np.int32)
    text.tofile(tmp_path / "text.ids")
    mapped = np.memmap(tmp_path / "text.ids", dtype=np.int32, mode="r")
    model = KneserNey.fit(mapped, vocabulary=vocabulary, order=4)
    numbers = np.unique(text, return_inverse=True)[1]  # the same text, its tokens numbered from 0
    small = KneserNey.fit(numbers, vocabulary=40, order=4)
    assert model.nats(mapped).mean() == pytest.approx(small.nats(numbers).mean(), abs=0.02)
    assert model.ngrams - vocabulary == small.ngrams - 40


def test_the_order_is_cut_to_the_text_and_what_is_kept_is_told():
    model = KneserNey.fit(np.array([1, 2, 1]), vocabulary=3, order=9)
    assert (model.order, model.ngrams) == (3, 3 + 2 + 1)  # all tokens, seen or not
    assert model.size_bytes > 0
    assert len(model.nats(np.array([1]))) == 0


@pytest.mark.parametrize(("ids", "order"), [([], 3), ([1, 2], 0)])
def test_without_tokens_or_order_there_is_no_model(ids, order):
    with pytest.raises(ValueError, match="at least 1 of each expected"):
        KneserNey.fit(np.array(ids, dtype=np.int64), vocabulary=3, order=order)
