import pytest
import torch

from nlpbot.generation import prompt_reading
from nlpbot.generation.onnx_step import OnnxStep
from nlpbot.generation.prompt_reading import PromptReader, tokens_in_piece

IDS = [1, 2, 3, 4, 4, 0, 10, 9, 8, 5, 5]


def read(model, ids):
    """The pieces, and the state after all."""
    reader, pieces = PromptReader(model, ids), []
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
    reader = PromptReader(model, [4])
    assert reader.done
    assert reader.read() == []
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
