import gzip
from pathlib import Path

import numpy as np
import pytest
from gensim.models import KeyedVectors
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.word2vec_format import read_word2vec, write_word2vec
from nlpbot.core.text.word_vectors import WordVectors

WORDS = ["the", "은행", "<url>", "’"]
VECTORS = WordVectors(WORDS, np.arange(12, dtype=np.float32).reshape(4, 3) / 7 - 0.5, [9, 5, 2, 1])


def text(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "v.txt"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["v.txt", "v.vec.gz", "v.xz"])
def test_what_was_exported_is_imported(tmp_path: Path, name: str) -> None:
    write_word2vec(VECTORS, tmp_path / name)
    read = read_word2vec(tmp_path / name)
    assert read.words == VECTORS.words
    assert np.allclose(read.matrix, VECTORS.matrix, atol=1e-5)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@given(arrays(np.float32, (2, 3), elements=st.floats(-(2**30), 2**30, width=32)))
def test_numbers_keep_six_digits(tmp_path_factory: pytest.TempPathFactory, matrix: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("numbers") / "v.txt"
    write_word2vec(WordVectors(["a", "b"], matrix, [1, 1]), path)
    assert np.allclose(read_word2vec(path).matrix, matrix, rtol=1e-5)


def test_gensim_reads_what_we_write_and_we_what_it_writes(tmp_path: Path) -> None:
    write_word2vec(VECTORS, tmp_path / "ours.txt")
    theirs = KeyedVectors.load_word2vec_format(str(tmp_path / "ours.txt"))
    assert theirs.index_to_key == WORDS
    theirs.save_word2vec_format(str(tmp_path / "theirs.txt"))
    assert np.allclose(read_word2vec(tmp_path / "theirs.txt").matrix, VECTORS.matrix, atol=1e-5)


@pytest.mark.parametrize(
    "content",
    [
        "2 2\na 1 2\nb 3 4\n",
        "a 1 2\nb 3 4",
        "2 2\na 1 2 \nb 3 4 \n\n",
        "2 2\na\t1\t2\nb\t3\t4\n",
        "3 2\na 1 2\nb 3 4\na 9 9\n",
    ],
)
def test_headers_ends_and_twins_do_not_matter(tmp_path: Path, content: str) -> None:
    read = read_word2vec(text(tmp_path, content))
    assert read.words == ("a", "b")
    assert read.matrix.tolist() == [[1, 2], [3, 4]]


def test_a_word_may_hold_spaces(tmp_path: Path) -> None:
    assert read_word2vec(text(tmp_path, "1 2\nnew york 1 2\n")).words == ("new york",)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("just some prose\n", r":1: a word and 2 numbers expected"),
        ("word\n", r":1: no vectors in word2vec's text format: 'word'"),
        ("2 0\n", r":1: no vectors"),
        ("2 2\na 1 2\nb 3\n", r":3: "),
        ("2 2\na 1 2\nb x 3\n", r":3: a word and 2 numbers expected"),
        ("2 2\na 1 2\nb nan 3\n", r":3: a number is not finite"),
        ("2 2\na 1 2\nb 1e99 3\n", r":3: a number is not finite"),
        ("3 2\na 1 2\nb 3 4\n", "cut short: 2 of 3 words"),
        ("0 2\n", "cut short"),
        ("", "empty"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_what_is_no_vectors_is_refused(tmp_path: Path, content: str, says: str) -> None:
    with pytest.raises(DataError, match=f"v.txt.*{says}"):
        read_word2vec(text(tmp_path, content))


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    def stop(done: float, total: float, text: str = "") -> None:
        raise KeyboardInterrupt

    path = text(tmp_path, "old")
    many = WordVectors([str(n) for n in range(6000)], np.ones((6000, 2), dtype=np.float32), [1] * 6000)
    with pytest.raises(KeyboardInterrupt):
        write_word2vec(many, path, progress=stop)
    assert path.read_text() == "old"
    assert [found.name for found in tmp_path.iterdir()] == ["v.txt"]


def test_a_compressed_export_is_compressed(tmp_path: Path) -> None:
    write_word2vec(VECTORS, tmp_path / "v.gz")
    assert gzip.decompress((tmp_path / "v.gz").read_bytes()).startswith(b"4 3\nthe ")
