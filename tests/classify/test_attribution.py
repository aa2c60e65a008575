import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlpbot.classify import attribution
from nlpbot.classify.attribution import MAX_CHARACTERS, attribute
from nlpbot.classify.occlusion import scores_by_reading
from nlpbot.classify.predictor import ClassifyPredictor
from nlpbot.core.classical.calibration import Calibration
from nlpbot.core.kernel.slices import finished
from nlpbot.core.text.normalize import normalize
from nlpbot.core.text.words import words_of

WEIGHTS = {"gift": 3.0, "card": 2.0, "friend": -2.0, "<url>": 1.0}


class Weighing:
    """A member that adds up the weights of words."""

    def __init__(self, weight_of):
        self.weight_of = weight_of

    def scores(self, texts):
        sums = [sum(self.weight_of(word.text) for word in words_of(text)) for text in texts]
        return np.array([[0.0, total] for total in sums], dtype=np.float32)

    def scores_without(self, text, pieces):
        return scores_by_reading(self.scores, text, pieces, most=5000)

    def save(self, draft):
        return {}


def weighing(weight_of):
    return ClassifyPredictor(["ham", "spam"], {"one": Weighing(weight_of)}, Calibration((1.0,), (0.0, 0.0)))


PREDICTOR = weighing(lambda word: WEIGHTS.get(word, 0.0))


def spans(text, **options):
    return [
        (text[s.start : s.end], round(s.weight, 2)) for s in finished(attribute(PREDICTOR, text, ["spam"], **options))
    ]


def test_words_get_the_log_odds_that_are_lost_without_them():
    assert spans("a gift for my friend, see www.a.example now") == [("gift", 3.0), ("www.a.example", 1.0)]


def test_neighbours_become_one_span_with_the_greater_weight():
    assert spans("buy a gift card today") == [("gift card", 3.0)]


def test_words_that_say_the_same_share_what_is_lost_with_both():
    class OnceIsEnough(Weighing):
        def scores(self, texts):
            return super().scores(texts).clip(max=2.0)

    predictor = ClassifyPredictor(["ham", "spam"], {"one": OnceIsEnough(WEIGHTS.get)}, Calibration((1.0,), (0.0, 0.0)))
    [span] = finished(attribute(predictor, "card card", ["spam"]))
    assert (span.start, span.end, round(span.weight, 2)) == (0, 9, 1.0)


def test_only_the_strongest_are_told_and_in_the_order_of_the_text():
    assert spans("card x gift x card x gift", most=2) == [("gift", 3.0), ("gift", 3.0)]
    assert spans("card x gift x card x gift", most=3) == [("card", 2.0), ("gift", 3.0), ("gift", 3.0)]
    assert spans("www.a.example is a gift", smallest=2) == [("gift", 3.0)]


@pytest.mark.parametrize("text", ["", "   ", "\u200b\u200b", "hello there"])
def test_nothing_that_speaks_for_a_label_gives_no_span(text):
    assert spans(text) == []


def test_a_long_text_is_explained_by_its_beginning(monkeypatch):
    monkeypatch.setattr(attribution, "MAX_WORDS", 3)
    assert spans("gift x x gift") == [("gift", 3.0)]
    monkeypatch.setattr(attribution, "MAX_CHARACTERS", 10)
    assert spans("gift <amount> gift") == spans("gift x x £5 gift") == [("gift", 3.0)]


def test_what_decides_late_in_a_pasted_message_is_found():
    text = "word " * 700 + "a gift for you"
    assert len(text) < MAX_CHARACTERS
    assert spans(text) == [("gift", 3.0)]


def test_others_have_their_turn_while_a_long_text_is_explained():
    assert len(list(attribute(PREDICTOR, "word " * 100, ["spam"]))) > 5


def disguised(word):
    """The word with invisible characters strewn in, or in full width."""
    wide = word.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
    return st.one_of(
        st.just(wide),
        st.lists(st.sampled_from(["", "\u200b", "\u00ad", "\u2060"]), min_size=len(word), max_size=len(word)).map(
            lambda marks: "".join(c + mark for c, mark in zip(word, marks, strict=True))
        ),
    )


OTHERS = st.text(st.sampled_from("ab ｃ한글㈜½①é\u0301\u200b.,!?\n"), max_size=8)


@settings(max_examples=40)
@given(before=OTHERS, gift=disguised("gift"), after=OTHERS)
def test_spans_point_into_the_original_however_it_is_disguised(before, gift, after):
    text = f"{before} {gift} {after}"
    found = finished(attribute(PREDICTOR, text, ["spam"]))
    assert [normalize(text[span.start : span.end]) for span in found] == ["gift"]
    start = len(before) + 1
    assert found[0].start == start
    assert found[0].end <= start + len(gift)


@settings(max_examples=40)
@given(st.text(max_size=20))
def test_spans_of_any_text_lie_in_it_one_after_another(text):
    found = finished(attribute(weighing(lambda _: 1.0), text, ["spam"]))
    ends = [edge for span in found for edge in (span.start, span.end)]
    assert ends == sorted(ends)
    assert all(0 <= end <= len(text) for end in ends)
    assert all(start < end for start, end in zip(ends[::2], ends[1::2], strict=True))
