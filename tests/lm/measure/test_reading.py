import numpy as np
import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer, WordTokenizer
from nlpbot.lm.measure.reading import line_end, read_carried, read_with_resets, start_of_text

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=7, embedding=3, hidden=4, dropout=0.5, layers=2))


@pytest.fixture(scope="module")
def ids():
    return np.random.default_rng(0).integers(7, size=1400).astype(np.uint16)


def at_once(model, ids):
    """The log-probability of each token after those before it, in one forward pass."""
    tokens = torch.from_numpy(ids.astype(np.int64))
    with torch.no_grad():
        logits, _ = model.eval()(tokens[None, :-1])
    return logits[0].log_softmax(-1)[torch.arange(len(tokens) - 1), tokens[1:]]


def read(segments):
    return torch.cat([segment.log_probabilities for segment in segments])


def test_a_carried_text_is_one_long_forward_pass(model, ids):
    torch.testing.assert_close(read(read_carried(model, ids, CPU)), at_once(model, ids))


def test_the_features_are_what_the_head_predicts_from(model, ids):
    for segment in read_carried(model, ids, CPU):
        with torch.inference_mode():
            again = model.head(segment.features).log_softmax(-1).gather(1, segment.targets[:, None])[:, 0]
        torch.testing.assert_close(again, segment.log_probabilities)


@pytest.mark.parametrize("every", [1, 3, 64, 511, 512, 600, 1399, 5000])
def test_a_reset_text_is_its_parts_read_alone(model, ids, every):
    parts = [ids[start : start + every + 1] for start in range(0, len(ids) - 1, every)]
    alone = torch.cat([at_once(model, part) for part in parts])
    torch.testing.assert_close(read(read_with_resets(model, ids, CPU, every=every)), alone)


def test_a_text_of_nothing_to_predict_yields_nothing(model, ids):
    assert list(read_carried(model, ids[:1], CPU)) == []
    assert list(read_with_resets(model, ids[:1], CPU, every=2)) == []


def test_a_text_begins_after_a_line_s_end_where_there_is_one():
    words = WordTokenizer.train(["a b\n"])
    assert words.decode(line_end(words)) == "\n"
    assert line_end(CharacterTokenizer.train(["ab"], byte_fallback=False)) == []


def test_a_text_starts_after_a_line_s_end_or_where_there_is_none_anywhere():
    assert start_of_text(CharacterTokenizer.train(["aa\nb"], byte_fallback=False)) == [1]
    assert start_of_text(WordTokenizer.train(["a b"])) == [1]
    assert start_of_text(CharacterTokenizer.train(["ab"], byte_fallback=False)) == [0]
