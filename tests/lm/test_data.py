import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.errors import ConfigError, DataError
from nlpbot.core.text import corpus as corpus_module
from nlpbot.lm.config import TokenizerSettings
from nlpbot.lm.data import StreamBatches, corpus_pieces, encode_pieces, split_pieces, train_tokenizer


@given(pieces=st.lists(st.text(min_size=1), max_size=6), share=st.floats(0, 0.49))
def test_a_split_loses_nothing_and_keeps_the_order(pieces, share):
    before, after = split_pieces(pieces, share)
    text = "".join(pieces)
    assert "".join(before) + "".join(after) == text
    assert len("".join(after)) == int(len(text) * share)


def test_pieces_never_split_a_word(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "CHUNK_BYTES", 7)
    text = "한글 낱말과 words\nof unequal lengths, unbreakable"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    pieces = corpus_pieces([tmp_path / "a.txt"])
    assert "".join(pieces) == text
    assert len(pieces) > 3
    assert [word for piece in pieces for word in piece.split()] == text.split()


def test_no_text_is_refused():
    with pytest.raises(DataError, match="the corpus is empty"):
        corpus_pieces([], "")


@pytest.mark.parametrize("kind", ["char", "word", "subword"])
def test_each_kind_of_token_is_learned_from_the_text(kind):
    tokenizer = train_tokenizer(["one two one three"], TokenizerSettings(kind=kind, size=400))
    ids = encode_pieces(["one two ", "one"], tokenizer)
    assert ids.dtype == torch.int64
    assert tokenizer.decode(ids.tolist()) == "one two one"
    assert len(encode_pieces([], tokenizer)) == 0


def test_a_character_that_can_t_be_written_names_the_setting():
    tokenizer = train_tokenizer(["abc"], TokenizerSettings(byte_fallback=False))
    with pytest.raises(ConfigError, match=r"'z' is not among .*byte_fallback = true"):
        encode_pieces(["abz"], tokenizer)


def test_streams_go_on_where_they_stopped_and_every_epoch_is_the_same():
    batches = StreamBatches(torch.arange(21), batch=2, length=4)
    steps = list(batches.epoch(0))
    assert len(batches) == len(steps) == 3
    assert torch.cat([inputs for inputs, _ in steps], dim=1).tolist() == [[*range(10)], [*range(10, 20)]]
    assert all(torch.equal(targets, inputs + 1) for inputs, targets in steps)
    assert all(torch.equal(a, b) for (a, _), (b, _) in zip(steps, batches.epoch(5), strict=True))


def test_a_short_text_has_fewer_streams():
    [(inputs, _)] = StreamBatches(torch.arange(5), batch=32, length=4).epoch(0)
    assert len(inputs) == 2
