import math

import pytest
import torch

from nlpbot.core.errors import DataError
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.lm.evaluate import evaluate_text, mean_loss

CPU = torch.device("cpu")


def guessing(vocabulary):
    """A model that takes all tokens for equally likely."""
    model = LanguageModel(LanguageModelConfig(vocabulary=vocabulary, embedding=3, hidden=4, dropout=0.5))
    torch.nn.init.zeros_(model.head.weight)
    return model


def test_a_guess_among_equals_costs_the_logarithm_of_their_number():
    tokenizer = CharacterTokenizer.train(["abcd"], byte_fallback=False)
    report = evaluate_text(guessing(4), tokenizer, ["abcd" * 10, "dcba"], CPU)
    assert report["n"] == 43
    assert report["nats_per_token"] == pytest.approx(math.log(4))
    assert report["perplexity"] == pytest.approx(4)
    assert report["bits_per_character"] == pytest.approx(2)


def test_bits_are_a_character_and_not_a_token():
    tokenizer = CharacterTokenizer.train(["abc"])  # a character never seen is three bytes here
    report = evaluate_text(guessing(259), tokenizer, ["한글" * 50], CPU)
    assert report["bits_per_character"] == pytest.approx(3 * math.log2(259), rel=0.01)


def test_one_stream_is_the_loss_of_the_whole_text_at_once_and_more_lose_little():
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=5, embedding=3, hidden=4, dropout=0.5))
    ids = torch.randint(5, (1000,))
    loss = mean_loss(model, ids, CPU, streams=1)
    with torch.no_grad():
        logits, _ = model.eval()(ids[None, :-1])
    whole = torch.nn.functional.cross_entropy(logits[0], ids[1:], reduction="sum")
    assert loss.tokens == 999
    assert loss.nats == pytest.approx(float(whole), rel=1e-5)
    assert mean_loss(model, ids, CPU, streams=4).per_token == pytest.approx(loss.per_token, abs=0.02)


def test_a_text_of_one_token_is_refused():
    with pytest.raises(DataError, match="1 tokens to measure on; at least 2 wanted"):
        evaluate_text(guessing(1), CharacterTokenizer.train(["a"], byte_fallback=False), ["a"], CPU)
