import math

import pytest
import torch
from torch import nn

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.training import (
    classification_loss,
    contrastive_loss,
    forgetful,
    image_loss,
    next_token_loss,
    summed_image_loss,
)

SCORES = torch.tensor([[0.0, math.log(3.0)], [0.0, 0.0]])
LABELS = torch.tensor([1, 0])
FIRST, SECOND = -math.log(3 / 4), -math.log(1 / 2)


class Fixed(nn.Module):
    """Gives the same scores whatever it is asked."""

    def __init__(self, scores):
        super().__init__()
        self.scores = scores

    def forward(self, *_):
        return self.scores


@pytest.mark.parametrize(
    ("loss_fn", "batch", "wanted"),
    [
        (classification_loss, (torch.ones(2, 3, dtype=torch.long), torch.tensor([3, 3]), LABELS), (FIRST + SECOND) / 2),
        (image_loss, (torch.zeros(2, 1, 2, 2), LABELS), (FIRST + SECOND) / 2),
        (summed_image_loss, (torch.zeros(2, 1, 2, 2), LABELS), FIRST + SECOND),
    ],
)
def test_cross_entropy_in_nats_averaged_or_summed(loss_fn, batch, wanted):
    loss, state = loss_fn(Fixed(SCORES), batch, None)
    assert loss.item() == pytest.approx(wanted)
    assert state is None


@pytest.fixture
def model():
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=5, embedding=3, hidden=4))


TOKENS = torch.tensor([[1, 2, 3], [4, 0, 1]]), torch.tensor([[2, 3, 4], [0, 1, 2]])


def test_the_loss_of_the_next_token_is_the_mean_over_all_tokens(model):
    logits, _ = model(TOKENS[0])
    by_hand = -sum(logits.log_softmax(-1)[b, t, TOKENS[1][b, t]] for b in range(2) for t in range(3)) / 6
    assert torch.allclose(next_token_loss(model, TOKENS, None)[0], by_hand)


def test_the_carried_state_is_cut_off_from_the_past(model):
    _, state = next_token_loss(model, TOKENS, None)
    assert not any(part.requires_grad for pair in state for part in pair)
    later = next_token_loss(model, TOKENS, state)[0]
    assert not torch.allclose(later, next_token_loss(model, TOKENS, None)[0])
    later.backward()


def test_forgetting_all_is_starting_anew_and_forgetting_nothing_is_carrying_on(model):
    _, state = next_token_loss(model, TOKENS, None)
    anew, carried = next_token_loss(model, TOKENS, None)[0], next_token_loss(model, TOKENS, state)[0]
    assert torch.allclose(forgetful(next_token_loss, 1.0)(model, TOKENS, state)[0], anew)
    assert torch.equal(forgetful(next_token_loss, 0.0)(model, TOKENS, state)[0], carried)
    assert torch.allclose(forgetful(next_token_loss, 1.0)(model, TOKENS, None)[0], anew)


def test_a_stream_forgets_whole_or_not_at_all(model, monkeypatch):
    torch.manual_seed(0)
    seen, features = [], model.features

    def watched(ids, given):
        seen.append([part.abs().sum(dim=1).gt(0) for pair in given for part in pair])
        return features(ids, given)

    _, state = next_token_loss(model, TOKENS, None)
    monkeypatch.setattr(model, "features", watched)
    for _ in range(40):
        forgetful(next_token_loss, 0.5)(model, TOKENS, state)
    assert all(torch.equal(output, cell) for output, cell in seen)
    kept = torch.stack([output for output, _ in seen]).float().mean(dim=0)
    assert ((kept > 0.2) & (kept < 0.8)).all()


def pairs(groups):
    text = torch.ones(3, 2, dtype=torch.long), torch.full((3,), 2)
    return text, text, torch.tensor(groups)


def test_a_question_is_to_find_its_own_answer_among_those_of_the_batch():
    scores = torch.tensor([[2.0, 0.0, 0.0], [0.0, 2.0, 0.0], [0.0, 0.0, 2.0]])
    loss, _ = contrastive_loss(Fixed(scores), pairs([0, 1, 2]), None)
    assert loss.item() == pytest.approx(-math.log(math.e**2 / (math.e**2 + 2)))


def test_another_row_of_the_same_group_is_not_held_against_it():
    scores = torch.tensor([[2.0, 50.0, 0.0], [50.0, 2.0, 0.0], [0.0, 0.0, 2.0]])
    loss, _ = contrastive_loss(Fixed(scores), pairs([7, 7, 1]), None)
    two, three = (-math.log(math.e**2 / (math.e**2 + n)) for n in (1, 2))
    assert loss.item() == pytest.approx((two + two + three) / 3, abs=1e-5)
