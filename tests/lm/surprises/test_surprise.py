import numpy as np
import pytest
import torch

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.surprises import surprise
from nlpbot.lm.surprises.surprise import text_surprisals, token_surprisals

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(0)
    model = LanguageModel(LanguageModelConfig(vocabulary=9, embedding=4, hidden=6, layers=2)).eval()
    with torch.no_grad():
        for name, parameter in model.layers.named_parameters():
            if "bias" in name:  # so that what was read fades within some tokens
                parameter.zero_()
        model.head.weight *= 3
    return model


def plain(model, ids):
    """Nats of each token but the first, read in one go."""
    with torch.inference_mode():
        logits = model(torch.tensor([ids]))[0][0, :-1]
    return -logits.log_softmax(dim=-1).gather(1, torch.tensor(ids)[1:, None])[:, 0].numpy()


def random_ids(count):
    return np.random.default_rng(0).integers(0, 9, count)


@pytest.mark.parametrize("block", [1, 7, 512])
def test_tokens_are_as_surprising_as_to_the_plain_model(model, block, monkeypatch):
    monkeypatch.setattr(surprise, "BLOCK", block)
    ids = random_ids(40)
    found = token_surprisals(model, ids[3:], CPU, before=ids[:3])
    np.testing.assert_allclose(found, plain(model, ids.tolist())[2:], atol=1e-5)


@pytest.mark.parametrize("count", [96, 97, 111])
@pytest.mark.parametrize("before", [1, 5, 60])
def test_a_long_text_read_as_streams_is_as_surprising(model, monkeypatch, count, before):
    monkeypatch.setattr(surprise, "FEWEST_FOR_STREAMS", 96)
    monkeypatch.setattr(surprise, "WARM_UP", 40)
    ids = random_ids(before + count)
    found = token_surprisals(model, ids[before:], CPU, before=ids[:before])
    np.testing.assert_allclose(found, plain(model, ids.tolist())[before - 1 :], atol=1e-3)


def test_streams_read_what_came_before_them(model, monkeypatch):
    monkeypatch.setattr(surprise, "FEWEST_FOR_STREAMS", 96)
    monkeypatch.setattr(surprise, "WARM_UP", 1)
    ids = random_ids(100)
    found = token_surprisals(model, ids[1:], CPU, before=ids[:1])
    assert not np.allclose(found, plain(model, ids.tolist()), atol=1e-3)


def test_no_tokens_are_no_surprise(model):
    assert token_surprisals(model, random_ids(0), CPU, before=random_ids(1)).shape == (0,)


def test_a_text_among_others_is_as_surprising_as_alone(rhymer):
    texts = ["the cat sat", "", "quite another thing", "x" * 200, *["the hen sat on the pen."] * 70]
    together = text_surprisals(rhymer, texts)
    alone = [float(text_surprisals(rhymer, [text])[0]) for text in texts]
    np.testing.assert_allclose(together, alone, atol=1e-5)
    assert together[1] == 0
    assert text_surprisals(rhymer, []).shape == (0,)


def test_a_text_s_surprise_is_the_mean_of_its_tokens_after_a_line_s_end(rhymer):
    expected = plain(rhymer.model, rhymer.tokenizer.encode("\nthe cat")).mean()
    assert text_surprisals(rhymer, ["the cat"])[0] == pytest.approx(expected, abs=1e-5)


def test_what_is_unlike_the_text_trained_on_is_more_surprising(rhymer):
    usual, strange = text_surprisals(rhymer, ["the cat sat on the mat.", "xylophones, quickly!"])
    assert usual < 1 < strange


def test_one_text_bare_is_refused(rhymer):
    with pytest.raises(TypeError, match="expected; found one"):
        text_surprisals(rhymer, "the cat")


def test_a_text_that_can_t_be_read_is_refused(model):
    tokenizer = CharacterTokenizer.train(["abcdefghi"], byte_fallback=False)
    with pytest.raises(DataError, match="'z' is not among the 9 symbols"):
        text_surprisals(LmPredictor(model, tokenizer, CPU), ["az"])
