import pytest
import torch

from nlpbot.generation import Prompt, Sampling, prompt_reading
from nlpbot.generation.onnx_step import OnnxStep
from nlpbot.generation.prompt_reading import PromptReader, checked_state, tokens_in_piece

IDS = [1, 2, 3, 4, 4, 0, 10, 9, 8, 5, 5]


def read(model, ids):
    """The pieces, and the state after all."""
    reader, pieces = PromptReader(model, Prompt(tuple(ids), Sampling())), []
    while not reader.done:
        pieces.append(reader.read())
    return pieces, reader.state


@pytest.mark.parametrize("piece", [1, 3, 5, 10, 512])
@pytest.mark.parametrize("layers", [1, 3])
def test_what_is_read_in_pieces_is_what_steps_read(network, monkeypatch, piece, layers):
    monkeypatch.setattr(prompt_reading, "PIECE_TOKENS", piece)
    model = network(embedding=6, layers=layers)
    pieces, state = read(model, IDS)
    assert [token for each in pieces for token in each] == IDS[:-1]
    assert max(map(len, pieces)) <= piece
    step, by_step = OnnxStep(model, rows=1), OnnxStep(model, rows=1)
    step.start(0, state)
    step.advance(IDS[-1:])
    for token in IDS:
        by_step.advance([token])
    assert torch.allclose(step.scores(1), by_step.scores(1), atol=1e-5)


def test_a_prompt_of_one_token_is_left_to_the_step(network):
    model = network(embedding=6)
    reader = PromptReader(model, Prompt((4,), Sampling()))
    assert reader.done
    assert not reader.read()
    assert not any(numbers.any() for numbers in reader.state[0])


def test_a_piece_is_the_shorter_the_larger_the_network(network, monkeypatch):
    small, large = network(embedding=6), network(embedding=6, layers=4)
    assert tokens_in_piece(small) == prompt_reading.PIECE_TOKENS
    monkeypatch.setattr(prompt_reading, "PIECE_PRODUCTS", 10_000)
    assert 1 < tokens_in_piece(large) < tokens_in_piece(small)
    monkeypatch.setattr(prompt_reading, "PIECE_PRODUCTS", 1)
    assert tokens_in_piece(large) == 1


def test_the_threads_are_left_as_they_were(network):
    before = torch.get_num_threads()
    read(network(embedding=6), IDS)
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("piece", [1, 3, 512])
@pytest.mark.parametrize("layers", [1, 3])
def test_reading_from_the_state_after_a_text_is_reading_the_whole(network, monkeypatch, piece, layers):
    monkeypatch.setattr(prompt_reading, "PIECE_TOKENS", piece)
    model = network(embedding=6, layers=layers)
    with torch.inference_mode():
        before, whole = model(torch.tensor([IDS[:4]]))[1], model(torch.tensor([IDS[:-1]]))[1]
    reader = PromptReader(model, Prompt(tuple(IDS[4:]), Sampling(), before))
    while not reader.done:
        reader.read()
    for ours, theirs in zip(reader.state, whole, strict=True):
        assert torch.allclose(torch.cat(ours), torch.cat(theirs), atol=1e-5)


def test_a_state_comes_to_the_weights_of_the_model_and_holds_no_graph(network):
    model, wide = network(embedding=6), torch.zeros(1, 10, dtype=torch.float64, requires_grad=True)
    [parts] = checked_state(model, [(wide, wide)])
    assert [(each.dtype, each.requires_grad) for each in parts] == [(torch.float32, False)] * 2


def part(*shape, value=0.0):
    return torch.full(shape, value)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ([], "initial state of 0 layers"),
        ([(part(1, 10), part(1, 10))], "2 layers of an output and a cell"),
        ([(part(1, 10), part(1, 10)), (part(1, 10), part(1, 9))], r"\(1, 9\)"),
        ([(part(2, 10), part(2, 10))] * 2, r"shape \(1, 10\) each expected"),
        ([(part(10), part(10))] * 2, r"\(10,\)"),
        ([(part(1, 10), part(1, 10, value=torch.nan))] * 2, "finite floats expected"),
        ([(part(1, 10), part(1, 10, value=torch.inf))] * 2, "finite floats expected"),
        ([(part(1, 10).long(), part(1, 10).long())] * 2, "finite floats expected"),
    ],
)
def test_a_state_that_does_not_fit_is_refused(network, state, says):
    with pytest.raises(ValueError, match=says):
        PromptReader(network(embedding=6, layers=2), Prompt((1,), Sampling(), state))
