import pytest
import torch

from nlpbot.core.nn import (
    SentenceClassifier,
    SentenceClassifierConfig,
    SentenceEncoderConfig,
    Words,
    sentence_classification_loss,
)

CONFIG = SentenceClassifierConfig(
    encoder=SentenceEncoderConfig(words=4, parts=5, embedding=4, hidden=3, size=6), labels=2
)
TEXTS = Words(
    torch.tensor([1, 2, 0]),
    torch.tensor([1, 2, 3]),
    torch.tensor([0, 1, 2]),
    torch.tensor([[0, 1], [2, 0]]),
    torch.tensor([2, 1]),
)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return SentenceClassifier(CONFIG).eval()


def test_a_score_is_linear_in_the_vector_of_the_encoder(network):
    scores = network(TEXTS)
    assert scores.shape == (2, 2)
    assert torch.allclose(scores, network.encoder(TEXTS) @ network.head.weight.T + network.head.bias, atol=1e-5)


def test_the_loss_is_that_of_the_true_labels(network):
    loss, _ = sentence_classification_loss(network, (TEXTS, torch.tensor([0, 1])), None)
    told = network(TEXTS).log_softmax(dim=1)
    assert loss.item() == pytest.approx(-(told[0, 0] + told[1, 1]).item() / 2, abs=1e-5)
