import pytest
import torch

from nlpbot.core.nn import DualEncoder, DualEncoderConfig

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
