import torch


def test_batch_mates_change_nothing(network, evaluated):
    model, rows = network.build(), network.rows()
    mine = evaluated(network, model, [rows[0], rows[1]])[0]
    for mate in [network.reads.row(seed) for seed in range(50, 56)]:
        assert torch.allclose(evaluated(network, model, [mate, rows[0], mate])[1], mine, atol=1e-4)


def test_one_by_one_equals_together(network, evaluated):
    model, rows = network.build(), network.rows(8)
    together = evaluated(network, model, rows)
    for row, expected in zip(rows, together, strict=True):
        assert torch.allclose(evaluated(network, model, [row])[0], expected, atol=1e-4)


def test_the_order_of_a_batch_is_the_order_of_its_results(network, evaluated):
    model, rows = network.build(), network.rows(5)
    turned = evaluated(network, model, rows[::-1])[::-1]
    for ours, expected in zip(turned, evaluated(network, model, rows), strict=True):
        assert torch.allclose(ours, expected, atol=1e-4)
