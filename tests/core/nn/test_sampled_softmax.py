import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig, SampledSoftmax, next_token_loss

VOCABULARY = 40
COUNTS = torch.arange(VOCABULARY, 0, -1) ** 2


def model(**shape):
    torch.manual_seed(0)
    network = LanguageModel(LanguageModelConfig(vocabulary=VOCABULARY, embedding=8, hidden=8, tied=True, **shape))
    torch.nn.init.normal_(network.head.bias)
    return network


def batch(rows=4, steps=9):
    ids = torch.multinomial(COUNTS.float(), rows * (steps + 1), replacement=True).view(rows, steps + 1)
    return ids[:, :-1], ids[:, 1:]


def test_with_all_of_the_vocabulary_drawn_it_is_the_full_softmax():
    network, tokens = model(), batch()
    loss = SampledSoftmax(torch.ones_like(COUNTS), noise=4_000, targets=36)
    sampled, state = loss(network, tokens, None)
    assert len(tokens[1].unique()) < VOCABULARY
    full, expected = next_token_loss(network, tokens, None)
    assert torch.allclose(sampled, full, atol=1e-4)
    assert all(torch.equal(a, b) for pair, other in zip(state, expected) for a, b in zip(pair, other))
    assert not state[0][0].requires_grad


def test_on_average_it_comes_near_the_full_softmax_though_few_tokens_are_drawn():
    network = model()
    loss = SampledSoftmax(COUNTS, noise=20, targets=36)
    with torch.no_grad():
        losses = [[fn(network, tokens, None)[0] for fn in (loss, next_token_loss)] for tokens in
                  (batch() for _ in range(200))]  # fmt: skip
    sampled, full = torch.tensor(losses).mean(dim=0).tolist()
    assert abs(sampled - full) < 0.03 * full


def test_only_candidates_get_a_gradient():
    network = LanguageModel(LanguageModelConfig(vocabulary=VOCABULARY, embedding=8, hidden=8))
    tokens = torch.tensor([[0, 1]]), torch.tensor([[1, 2]])
    SampledSoftmax(COUNTS, noise=3, targets=2)(network, tokens, None)[0].backward()
    rows = network.head.weight.grad.abs().sum(dim=1).gt(0)
    assert rows[[1, 2]].all()
    assert 2 <= int(rows.sum()) <= 5
