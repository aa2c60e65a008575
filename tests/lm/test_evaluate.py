import math

import numpy as np
import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.lm.evaluate import ReadingModes, evaluate_text, mean_loss

CPU = torch.device("cpu")


def guessing(vocabulary):
    """A model that takes all tokens for equally likely."""
    model = LanguageModel(LanguageModelConfig(vocabulary=vocabulary, embedding=3, hidden=4, dropout=0.5))
    torch.nn.init.zeros_(model.head.weight)
    return model


def test_a_guess_among_equals_costs_the_logarithm_of_their_number():
    tokenizer = CharacterTokenizer.train(["abc\n"], byte_fallback=False)
    report = evaluate_text(guessing(4), tokenizer, ["abc\n" * 10, "\ncba"], CPU).to_json()
    assert report["n"] == 44
    assert report["protocol"] == "the whole text in one stream, state carried, the first token after a line's end"
    assert report["nats_per_token"] == pytest.approx(math.log(4))
    assert report["perplexity"] == pytest.approx(4)
    assert report["bits_per_character"] == pytest.approx(2)


def test_a_text_on_disk_has_the_figures_of_one_in_memory(tmp_path):
    tokenizer = CharacterTokenizer.train(["abc\n"])
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=len(tokenizer.vocabulary), embedding=3, hidden=4))
    texts = ["abc\nab", "ca\n"]
    held, kept = (evaluate_text(model, tokenizer, texts, CPU, folder=folder) for folder in (None, tmp_path))
    assert (held.n, held.metrics, held.protocol) == (kept.n, kept.metrics, kept.protocol)


def test_bits_are_a_character_and_not_a_token():
    tokenizer = CharacterTokenizer.train(["abc"])  # a character never seen is three bytes here
    report = evaluate_text(guessing(259), tokenizer, ["한글" * 50], CPU).to_json()
    assert report["bits_per_character"] == pytest.approx(3 * math.log2(259), rel=0.01)


def test_one_stream_is_the_loss_of_the_whole_text_at_once_and_more_lose_little():
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=5, embedding=3, hidden=4, dropout=0.5))
    tokens = torch.randint(5, (1000,))
    ids = tokens.numpy()
    loss = mean_loss(model, ids, CPU, streams=1)
    with torch.no_grad():
        logits, _ = model.eval()(tokens[None, :-1])
    whole = torch.nn.functional.cross_entropy(logits[0], tokens[1:], reduction="sum")
    assert loss.tokens == 999
    assert loss.nats == pytest.approx(float(whole), rel=1e-5)
    assert mean_loss(model, ids, CPU, streams=4).per_token == pytest.approx(loss.per_token, abs=0.02)


def test_a_text_of_one_token_is_refused():
    with pytest.raises(DataError, match="1 tokens to measure on; at least 2 expected"):
        evaluate_text(guessing(1), CharacterTokenizer.train(["a"], byte_fallback=False), ["a"], CPU)


@pytest.fixture(scope="module")
def learned():
    """A model, its tokenizer, a text that repeats itself, and another of the same kind."""
    torch.manual_seed(0)
    tokenizer = CharacterTokenizer.train(["abcdefgh\n"], byte_fallback=False)
    model = LanguageModel(LanguageModelConfig(vocabulary=9, embedding=6, hidden=6, tied=True))
    return model, tokenizer, "abcahbd\n" * 40, "hgfhbce\n" * 30


def test_without_other_readings_there_is_one_row(learned):
    model, tokenizer, text, _ = learned
    report = evaluate_text(model, tokenizer, [text], CPU)
    assert report.metrics.keys() == {"nats_per_token", "perplexity", "bits_per_character"}
    assert report.details == {}


def test_each_reading_is_a_row_of_all_tokens_and_the_model_stays_as_it_is(learned):
    model, tokenizer, text, valid = learned
    before = {name: weight.clone() for name, weight in model.state_dict().items()}
    report = evaluate_text(
        model, tokenizer, [text], CPU, modes=ReadingModes(5, dynamic=True, cache=True), valid=[valid]
    ).to_json()
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
    rows = [report, *(report[name] for name in ("reset", "dynamic", "cache", "dynamic_cache"))]
    assert [row["n"] for row in rows] == [len(text)] * 5
    for row in rows:
        assert row["bits_per_character"] == pytest.approx(row["nats_per_token"] / math.log(2))
    assert report["reset"]["every"] == 5
    assert report["dynamic"]["perplexity"] < report["perplexity"] - 1
    assert report["cache"]["perplexity"] < report["perplexity"] - 1
    assert report["dynamic"]["tuned"].keys() == {"learning_rate", "decay", "length"}
    assert report["cache"]["tuned"].keys() == {"window", "theta", "weight"}
    assert report["dynamic_cache"]["tuned"].keys() == {"learning_rate", "decay", "length", "window", "theta", "weight"}


def test_the_readings_do_not_change_one_another(learned):
    model, tokenizer, text, valid = learned
    alone = evaluate_text(model, tokenizer, [text], CPU).to_json()
    for modes in (ReadingModes(dynamic=True), ReadingModes(cache=True)):
        report = evaluate_text(model, tokenizer, [text], CPU, modes=modes, valid=[valid]).to_json()
        assert report["nats_per_token"] == pytest.approx(alone["nats_per_token"])


def test_what_is_tuned_is_tuned_on_the_validation_text_alone(learned):
    """Another text to measure on, on which other values would be better, changes nothing."""
    model, tokenizer, text, valid = learned
    random = np.random.default_rng(0)
    noise = "".join(random.choice(list("abcdefgh"), size=300))
    modes = ReadingModes(dynamic=True, cache=True)

    def tuned(text, valid):
        report = evaluate_text(model, tokenizer, [text], CPU, modes=modes, valid=[valid]).to_json()
        return [report[name]["tuned"] for name in ("dynamic", "cache", "dynamic_cache")]

    assert tuned(text, valid) == tuned(noise, valid)
    assert tuned(text, valid) != tuned(text, noise)


def test_a_validation_text_that_is_too_short_to_tune_on_is_refused(learned):
    model, tokenizer, text, _ = learned
    with pytest.raises(DataError, match="3 tokens to tune on; at least 4 expected"):
        evaluate_text(model, tokenizer, [text], CPU, modes=ReadingModes(cache=True), valid=["abc"])


def test_progress_is_told_up_to_the_last_token(learned):
    model, tokenizer, text, valid = learned
    heard = []
    modes = ReadingModes(dynamic=True)
    evaluate_text(model, tokenizer, [text], CPU, modes=modes, valid=[valid], progress=lambda *said: heard.append(said))
    assert heard[-1] == (len(text), len(text), "tokens read")
    assert any("learning rate" in said[2] for said in heard)
