from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlpbot.core.classical.classifier import LinearClassifier
from nlpbot.core.classical.ngrams import TOKEN
from nlpbot.core.classical.occlusion import Occlusion

WORDS = ["gift", "card", "<url>", "from", "a", "friend's", "phone", "🙂", ",", "(now)", "선물카드를", "보내", "-"]
TEXTS = [
    "a gift card, from <url>",
    "(now) send the gift 🙂🙂",
    "my friend's phone",
    "선물카드를 보내 - now",
    "a phone 🙂🙂",
]


@pytest.fixture(scope="module", params=[2, 3])
def model(request):
    return LinearClassifier.fit(TEXTS, [number % request.param for number in range(5)], count=request.param, seed=0)


def pieces_of(text):
    """Each word, each pair of words, and nothing."""
    spans = [match.span() for match in TOKEN.finditer(text)]
    return [(0, 0), *spans, *((left[0], right[1]) for left, right in pairwise(spans))]


@settings(max_examples=60)
@example(words=["🙂"] * 8, spaces=[False] * 12)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=12), spaces=st.lists(st.booleans(), min_size=12))
def test_scores_are_those_of_the_text_without_the_piece(model, words, spaces):
    text = "".join(word + " " * space for word, space in zip(words, spaces, strict=False))
    pieces = pieces_of(text)
    expected = model.scores([f"{text[:start]} {text[end:]}" for start, end in pieces])
    np.testing.assert_allclose(Occlusion(model, text).scores(pieces), expected, atol=1e-5)


class Counted(dict):
    """Columns of n-grams that count how often they are asked."""

    asked = 0

    def __contains__(self, key):
        Counted.asked += 1
        return super().__contains__(key)

    def __getitem__(self, key):
        Counted.asked += 1
        return super().__getitem__(key)


@pytest.mark.parametrize(
    "text", ["a gift from my friend " * 50, "🙂" * 500, "7(" * 250], ids=["words", "emoji", "signs"]
)
def test_leaving_out_each_word_and_pair_is_the_work_of_a_few_texts(text):
    model = LinearClassifier.fit(TEXTS, [0, 1, 0, 1, 0], count=2, seed=0)
    model.features.columns = [Counted(columns) for columns in model.features.columns]
    Counted.asked = 0
    model.scores([text])
    once, Counted.asked = Counted.asked, 0
    Occlusion(model, text).scores(pieces_of(text))
    assert 0 < Counted.asked < 30 * once
