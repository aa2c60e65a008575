import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.core.text import corpus as corpus_module
from nlpbot.lm import data
from nlpbot.lm.config import TokenizerSettings
from nlpbot.lm.data import Corpus, Pieces, StreamBatches, encode_pieces, train_tokenizer


@given(text=st.text(min_size=1), share=st.floats(0, 0.49))
def test_a_split_loses_nothing_and_keeps_the_order(text, share):
    before, after = Pieces(text=text).split(share)
    assert "".join(before) + "".join(after) == text
    assert len("".join(after)) == int(len(text) * share)


def test_pieces_never_split_a_word_and_can_be_read_again_and_split(tmp_path, monkeypatch):
    monkeypatch.setattr(corpus_module, "CHUNK_BYTES", 7)
    text = "한글 낱말과 words\nand more\nof unequal lengths, whole"
    for name, line in zip("abc", text.split("\n"), strict=True):
        (tmp_path / name).write_text(line + "\n" * (name == "b"), encoding="utf-8")
    pieces = Pieces([tmp_path / name for name in "abc"])
    assert "".join(pieces) == "".join(pieces) == text
    assert len(list(pieces)) > 3
    assert [word for piece in pieces for word in piece.split()] == text.split()
    before, after = pieces.split(0.4)
    kept = int(0.4 * len(text))
    assert ("".join(before), "".join(after)) == (text[:-kept], text[-kept:])
    again, last = before.split(0.5)
    assert "".join(again) + "".join(last) == text[:-kept]


def test_no_text_is_refused():
    with pytest.raises(DataError, match="the corpus is empty"):
        Pieces(text="")


@pytest.mark.parametrize("kind", ["char", "word", "subword"])
def test_each_kind_of_token_is_learned_from_the_text(kind):
    tokenizer = train_tokenizer(["one two one three"], TokenizerSettings(kind=kind, size=400))
    ids = encode_pieces(["one two ", "one"], tokenizer)
    assert ids.dtype == np.uint16
    assert tokenizer.decode(ids.tolist()) == "one two one"
    assert len(encode_pieces([], tokenizer)) == 0


def test_unigram_subwords_are_another_kind():
    settings = TokenizerSettings(kind="subword", size=300, algorithm="unigram")
    tokenizer = train_tokenizer(["one two one three " * 20], settings)
    assert tokenizer.decode(tokenizer.encode("three 한")) == "three 한"
    assert '"type":"Unigram"' in tokenizer.to_json()["model"].replace(" ", "")


def test_subwords_are_learned_from_the_start_of_a_long_text(monkeypatch):
    monkeypatch.setattr(data, "SUBWORDS_FROM", 12)
    tokenizer = train_tokenizer(["one two ", "one three three"], TokenizerSettings(kind="subword", size=400))
    assert len(tokenizer.encode("three")) > 1 == len(tokenizer.encode("one"))


def test_a_corpus_on_disk_is_the_one_in_memory_and_can_be_opened_again(tmp_path):
    tokenizer = train_tokenizer(["abcabca"], TokenizerSettings())
    held, written = (Corpus.of(["abc", "ab"], ["c"], tokenizer, folder=folder) for folder in (None, tmp_path))
    assert isinstance(written.train, np.memmap)
    for corpus in (written, Corpus.read(tmp_path, tokenizer)):
        assert np.array_equal(corpus.train, held.train)
        assert np.array_equal(corpus.valid, held.valid)
    assert [int(held.counts[tokenizer.encode(c)[0]]) for c in "abc"] == [2, 2, 1]


def test_a_character_that_can_t_be_written_names_the_setting():
    tokenizer = train_tokenizer(["abc"], TokenizerSettings(byte_fallback=False))
    with pytest.raises(ConfigError, match=r"'z' is not among .*byte_fallback = true"):
        encode_pieces(["abz"], tokenizer)


def test_streams_go_on_where_they_stopped():
    batches = StreamBatches(np.arange(21), batch=2, length=4)
    steps = list(batches.epoch(0))
    assert len(batches) == len(steps) == 3
    assert torch.cat([inputs for inputs, _ in steps], dim=1).tolist() == [[*range(10)], [*range(10, 20)]]
    assert all(torch.equal(targets, inputs + 1) for inputs, targets in steps)
    assert all(torch.equal(a, b) for (a, _), (b, _) in zip(steps, batches.epoch(5), strict=True))


def test_epochs_of_a_long_text_begin_at_other_places_and_the_same_epoch_at_the_same():
    batches = StreamBatches(np.arange(4_000), batch=2, length=10)
    firsts = [int(next(batches.epoch(number))[0][0, 0]) for number in range(8)]
    assert firsts[0] == 0
    assert len(set(firsts)) > 3
    assert max(firsts) < 10
    assert firsts == [int(next(batches.epoch(number))[0][0, 0]) for number in range(8)]
    assert {len(list(batches.epoch(number))) for number in range(8)} == {len(batches)}


def test_a_short_text_has_fewer_streams():
    [(inputs, _)] = StreamBatches(np.arange(5), batch=32, length=4).epoch(0)
    assert len(inputs) == 2
