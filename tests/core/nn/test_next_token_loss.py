import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig, next_token_loss, with_state_resets


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
    assert torch.allclose(with_state_resets(next_token_loss, 1.0)(model, TOKENS, state)[0], anew)
    assert torch.equal(with_state_resets(next_token_loss, 0.0)(model, TOKENS, state)[0], carried)
    assert torch.allclose(with_state_resets(next_token_loss, 1.0)(model, TOKENS, None)[0], anew)


def test_a_stream_forgets_whole_or_not_at_all(model, monkeypatch):
    torch.manual_seed(0)
    seen, features = [], model.features

    def watched(ids, given):
        seen.append([part.abs().sum(dim=1).gt(0) for pair in given for part in pair])
        return features(ids, given)

    _, state = next_token_loss(model, TOKENS, None)
    monkeypatch.setattr(model, "features", watched)
    for _ in range(40):
        with_state_resets(next_token_loss, 0.5)(model, TOKENS, state)
    assert all(torch.equal(output, cell) for output, cell in seen)
    kept = torch.stack([output for output, _ in seen]).float().mean(dim=0)
    assert ((kept > 0.2) & (kept < 0.8)).all()


def test_it_asks_the_model_through_forward(model):
    asked = []
    model.register_forward_hook(lambda *_: asked.append(1))
    next_token_loss(model, TOKENS, None)
    assert asked == [1]
