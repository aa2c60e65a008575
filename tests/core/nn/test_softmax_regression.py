import torch

from nlpbot.core.nn import SoftmaxRegression, SoftmaxRegressionConfig


def test_it_starts_from_zeros_and_finds_all_labels_alike():
    network = SoftmaxRegression(SoftmaxRegressionConfig(pixels=4, labels=3))
    assert network(torch.rand(2, 1, 2, 2)).tolist() == [[0.0] * 3] * 2


def test_a_score_is_linear_in_the_pixels():
    network = SoftmaxRegression(SoftmaxRegressionConfig(pixels=4, labels=2))
    with torch.no_grad():
        network.linear.weight.copy_(torch.tensor([[1.0, 2, 3, 4], [0, 0, 0, -1]]))
        network.linear.bias.copy_(torch.tensor([0.5, 0.0]))
    image = torch.tensor([[[[1.0, 0], [2, 1]]]])
    assert network(image).tolist() == [[11.5, -1.0]]
