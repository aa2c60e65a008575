import copy

import numpy as np
import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.lm import decoding
from nlpbot.lm.data import encode_pieces
from nlpbot.lm.decoding import DecodingChoice, choose_decoding, loss_by_steps


@pytest.fixture
def ids(rhymer, rhyme):
    """The tokens of the rhyme."""
    return np.asarray(encode_pieces([(rhyme.parent / "rhyme.txt").read_text("utf-8")], rhymer.tokenizer))


def test_whole_numbers_cost_a_trained_model_at_most_half_a_percent_of_perplexity(rhymer, ids):
    plain, whole = (loss_by_steps(rhymer.model, ids, decoding=way) for way in ("float32", "int8"))
    assert plain < 1.5  # it has learned something that could be lost
    assert whole != plain
    assert np.exp(whole - plain) < 1.005


def test_the_loss_of_floats_is_that_of_the_model_itself(rhymer, ids):
    ids = ids[: 32 * 20]
    rows = torch.from_numpy(ids.astype("int64")).view(32, 20)
    with torch.inference_mode():
        logits = rhymer.model(rows[:, :-1])[0]
    expected = torch.nn.functional.cross_entropy(logits.flatten(0, 1), rows[:, 1:].flatten())
    assert loss_by_steps(rhymer.model, ids, decoding="float32") == pytest.approx(float(expected), abs=1e-5)


@pytest.fixture
def large():
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=5, embedding=4, hidden=364))


IDS = np.arange(320, dtype=np.uint16) % 5


def test_a_large_model_is_made_whole_where_it_costs_little(large, monkeypatch):
    chosen = choose_decoding(large, IDS)
    assert chosen.name == "int8"
    assert chosen.int8_cost == pytest.approx(0, abs=0.005)
    assert chosen.int8_cost != 0
    monkeypatch.setattr(decoding, "MAX_COST", -1.0)
    assert choose_decoding(large, IDS) == DecodingChoice("float32", chosen.int8_cost)


@pytest.mark.parametrize("tied", [False, True])
def test_a_copy_on_another_device_shares_what_the_model_shares_and_leaves_it_as_it_was(tied):
    model = LanguageModel(LanguageModelConfig(vocabulary=5, embedding=4, hidden=4, layers=2, tied=tied))
    copied = decoding._copied_to(torch.device("meta"), model)
    assert {parameter.device.type for parameter in copied.parameters()} == {"meta"}
    assert {parameter.device.type for parameter in model.parameters()} == {"cpu"}
    assert (copied.head.weight is copied.embedding.table.weight) == tied
    assert copied(torch.zeros(1, 2, dtype=torch.long, device="meta"))[0].shape == (1, 2, 5)


@pytest.mark.gpu
def test_a_model_on_a_gpu_is_measured_on_the_cpu(large):
    assert choose_decoding(copy.deepcopy(large).to("cuda"), IDS) == choose_decoding(large, IDS)


def test_eight_bits_are_never_chosen_where_they_are_not_exact(large, monkeypatch):
    monkeypatch.setattr(decoding, "adds_exactly", lambda: False)
    assert choose_decoding(large, IDS) == DecodingChoice("float32")


def test_a_small_model_or_one_that_cannot_be_measured_stays_as_it_is(large):
    small = LanguageModel(LanguageModelConfig(vocabulary=5, embedding=4, hidden=8))
    assert choose_decoding(small, IDS) == DecodingChoice("float32")
    assert choose_decoding(large, IDS[:40]) == DecodingChoice("float32")
