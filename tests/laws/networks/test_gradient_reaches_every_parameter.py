import torch


def test_gradient_reaches_every_parameter(network):
    model = network.build().eval()  # nothing is dropped by chance
    with torch.no_grad():  # away from zero weights, where a network such as softmax regression starts
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape))
    loss, _ = network.reads.loss_fn(model, network.reads.batch(network.rows()), None)
    loss.backward()
    unreached = {name for name, p in model.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0}
    by_nature = {name for name, _ in model.named_parameters() if name.split(".")[0] in network.no_gradient}
    assert unreached == by_nature
