import math

import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.tokenizer import CharacterTokenizer, WordTokenizer
from nlpbot.lm.measure.figures import MeasuredText, Tally
from nlpbot.lm.measure.reading import Segment

WORDS = WordTokenizer.train(["a b\n"])
LETTERS = CharacterTokenizer.train(["ab"], byte_fallback=False)


def segments(*sizes):
    """Tokens that cost ln 2 each."""
    for size in sizes:
        yield Segment(torch.zeros(size, 1), torch.zeros(size, dtype=torch.long), torch.full((size,), -math.log(2)))


def test_a_tally_counts_while_its_stretches_go_on():
    heard = []
    tally = Tally(segments(3, 4), show=heard.append)
    assert [len(segment.targets) for segment in tally] == [3, 4]
    assert heard == [3, 7]
    assert tally.tokens == 7
    assert tally.nats == pytest.approx(7 * math.log(2))
    assert tally.seconds > 0


def test_every_token_counts_after_a_line_s_end():
    text = MeasuredText.of(["a b\n", "b a\n"], WORDS)
    assert (text.tokens, text.characters) == (6, 8)
    assert WORDS.decode(text.ids.tolist()) == "\na b\nb a\n"
    assert text.beginning == "the first token after a line's end"
    figures = text.figures(Tally(segments(6)).all())
    assert figures.pop("seconds") >= 0
    assert figures == pytest.approx(
        {"n": 6, "nats_per_token": math.log(2), "perplexity": 2, "bits_per_character": 6 / 8}
    )


def test_without_a_line_s_end_the_first_token_is_left_out_and_so_is_its_character():
    text = MeasuredText.of(["abab"], LETTERS)
    assert LETTERS.decode(text.ids.tolist()) == "abab"
    assert text.beginning == "the first token not counted"
    figures = text.figures(Tally(segments(3)).all())
    assert (figures["n"], figures["bits_per_character"]) == (3, pytest.approx(1))


def test_too_few_tokens_are_refused_with_what_is_expected():
    MeasuredText.of(["a"], WORDS).check(1, "to measure on")
    with pytest.raises(DataError, match="1 tokens to measure on; at least 2 expected"):
        MeasuredText.of(["a"], LETTERS).check(1, "to measure on")
    with pytest.raises(DataError, match="1 tokens to tune on; at least 4 expected"):
        MeasuredText.of(["a"], WORDS).check(4, "to tune on")
