import pytest
import torch

from nlpbot.core.nn import LanguageModel, LanguageModelConfig

IDS = torch.randint(0, 9, (2, 12), generator=torch.Generator().manual_seed(0))


def model(**shape):
    torch.manual_seed(0)
    return LanguageModel(LanguageModelConfig(vocabulary=9, **{"embedding": 4, "hidden": 6, **shape})).eval()


@pytest.mark.parametrize("shape", [{}, {"layers": 2}, {"embedding": 0}, {"tied": True}])
def test_a_text_read_in_pieces_with_its_state_carried_is_the_text_read_at_once(shape):
    network = model(**shape)
    whole, after = network(IDS)
    state, parts = None, []
    for piece in torch.split(IDS, 5, dim=1):
        logits, state = network(piece, state)
        parts.append(logits)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)
    for (output, cell), (output_after, cell_after) in zip(state, after):
        assert torch.allclose(output, output_after, atol=1e-5)
        assert torch.allclose(cell, cell_after, atol=1e-5)


def test_no_score_depends_on_what_comes_later():
    network, changed = model(layers=2), IDS.clone()
    changed[:, 6:] = (changed[:, 6:] + 1) % 9
    assert torch.equal(network(changed)[0][:, :6], network(IDS)[0][:, :6])
    assert not torch.equal(network(changed)[0][:, 6:], network(IDS)[0][:, 6:])


def test_tied_tokens_in_and_out_are_one_matrix():
    tied, free = model(tied=True, hidden=6), model(hidden=6)
    assert tied.head.weight is tied.embedding.table.weight
    assert tied.head.out_features == 9
    assert free.head.weight is not free.embedding.table.weight


@pytest.mark.parametrize(("shape", "size"), [({}, 1), ({"tied": True}, 1 / 20)])
def test_an_untrained_network_reads_numbers_of_about_one_unless_tied_as_scores_want_them(shape, size):
    read = model(embedding=400, **shape).embed(IDS)
    assert 0.9 * size < read.std().item() < 1.1 * size


def test_tying_one_hot_tokens_is_refused():
    with pytest.raises(ValueError, match="tied weights want an embedding"):
        model(embedding=0, tied=True)


def test_one_hot_tokens_are_fed_as_the_textbook_has_it():
    assert model(embedding=0).embed(torch.tensor([[0, 2]])).tolist() == [torch.eye(9)[[0, 2]].tolist()]
