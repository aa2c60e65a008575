import math

import pytest
import torch
from torch import nn

from nlpbot.core.nn import DualEncoder, DualEncoderConfig, contrastive_loss

QUESTIONS = torch.tensor([[3, 1, 2], [4, 2, 0]]), torch.tensor([3, 2])
ANSWERS = torch.tensor([[1, 1], [2, 5], [5, 0], [4, 4]]), torch.tensor([2, 2, 1, 2])


@pytest.fixture
def network():
    torch.manual_seed(0)
    return DualEncoder(DualEncoderConfig(vocabulary=6, embedding=4, hidden=5, size=7)).eval()


def test_vectors_have_length_one(network):
    for vectors in (network.encode_question(*QUESTIONS), network.encode_answer(*ANSWERS)):
        assert vectors.shape[1] == 7
        assert vectors.norm(dim=1).tolist() == pytest.approx([1.0] * len(vectors), abs=1e-5)


def test_questions_and_answers_are_read_by_heads_of_their_own(network):
    assert not torch.allclose(network.encode_question(*ANSWERS), network.encode_answer(*ANSWERS), atol=1e-3)


def test_a_score_is_the_scaled_cosine_of_each_question_with_each_answer(network):
    scores = network(QUESTIONS, ANSWERS)
    cosines = network.encode_question(*QUESTIONS) @ network.encode_answer(*ANSWERS).T
    assert scores.shape == (2, 4)
    assert torch.allclose(scores, cosines * torch.tensor(2.5).exp(), atol=1e-4)


def test_the_scale_is_bounded(network):
    with torch.no_grad():
        network.log_scale.fill_(50.0)
    assert float(network(QUESTIONS, ANSWERS).detach().abs().max()) <= 100


class Fixed(nn.Module):
    """Gives the same scores whatever it is asked."""

    def __init__(self, scores):
        super().__init__()
        self.scores = scores

    def forward(self, *_):
        return self.scores


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
