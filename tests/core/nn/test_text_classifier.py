import pytest
import torch

from nlpbot.core.nn import TextClassifier, TextClassifierConfig, classification_loss

IDS = torch.tensor([[3, 1, 2, 5], [4, 2, 0, 0]])
LENGTHS = torch.tensor([4, 2])


def network(**shape):
    torch.manual_seed(0)
    return TextClassifier(TextClassifierConfig(vocabulary=6, labels=3, embedding=4, hidden=5, **shape))


def test_each_text_has_a_score_for_each_label():
    assert network(layers=2)(IDS, LENGTHS).shape == (2, 3)


def test_the_order_of_words_matters():
    model = network().eval()
    turned = torch.tensor([[5, 2, 1, 3]])
    assert not torch.allclose(model(turned, torch.tensor([4])), model(IDS[:1], torch.tensor([4])), atol=1e-4)


def test_dropout_works_while_training_only():
    model = network(dropout=0.5, embedding_dropout=0.0)
    assert not torch.equal(model(IDS, LENGTHS), model(IDS, LENGTHS))
    model.eval()
    assert torch.equal(model(IDS, LENGTHS), model(IDS, LENGTHS))


def test_the_loss_is_the_mean_cross_entropy_of_the_labels():
    model, labels = network().eval(), torch.tensor([2, 0])
    loss, state = classification_loss(model, (IDS, LENGTHS, labels), None)
    by_hand = -model(IDS, LENGTHS).log_softmax(-1)[torch.arange(2), labels].mean()
    assert loss.item() == pytest.approx(by_hand.item())
    assert state is None
