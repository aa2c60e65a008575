import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.sentences.pieces import pieces_of


@pytest.fixture
def text(tmp_path):
    path = tmp_path / "text.txt"
    path.write_text("\n".join(f"the {n} cats sat. on {n} mats they slept all of day {n}!" for n in range(400)))
    return path


def test_pieces_are_different_and_of_three_to_thirty_words(text):
    pieces = pieces_of(text, 200, seed=0)
    assert len(pieces) == len(set(pieces)) == 200
    assert {len(piece.split()) for piece in pieces} <= set(range(3, 31))


def test_no_piece_goes_over_the_end_of_a_sentence(text):
    assert not any("sat. on" in piece for piece in pieces_of(text, 500, seed=0))


def test_a_text_without_sentences_is_cut_too(tmp_path):
    (tmp_path / "words.txt").write_text(" ".join(f"word{n}" for n in range(3000)))
    pieces = pieces_of(tmp_path / "words.txt", 50, seed=0)
    assert len(pieces) == 50
    assert len({len(piece.split()) for piece in pieces}) > 5


def test_the_same_seed_gives_the_same_pieces(text):
    assert pieces_of(text, 50, seed=1) == pieces_of(text, 50, seed=1) != pieces_of(text, 50, seed=2)


def test_formulas_are_left_out(tmp_path):
    (tmp_path / "text.txt").write_text("a = (b + c) * {d} here\nplain words are kept here\n")
    assert all("=" not in piece for piece in pieces_of(tmp_path / "text.txt", 9, seed=0))


def test_an_empty_text_is_refused(tmp_path):
    (tmp_path / "text.txt").write_text("")
    with pytest.raises(DataError, match="empty"):
        pieces_of(tmp_path / "text.txt", 5, seed=0)
