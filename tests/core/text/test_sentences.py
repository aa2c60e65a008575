from collections import Counter
from pathlib import Path

import pytest

from nlpbot.core.text import sentences, word_counts
from nlpbot.core.text.sentences import write_sentences
from nlpbot.core.text.words import jamo_of

TEXTS = ["The cat, the hat.\n\nA cat\n", "two lines\nmore cat"]


def lines(folder: Path) -> list[str]:
    return [line for path in sorted(folder.iterdir()) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_is_a_sentence_of_normal_words_and_words_are_counted(tmp_path: Path) -> None:
    told: list[str] = []
    files = write_sentences(TEXTS, tmp_path, progress=lambda done, total, text="": told.append(text))
    assert lines(tmp_path) == ["the cat , the hat .", "a cat", "two lines", "more cat"]
    assert files.counts == Counter(word for line in lines(tmp_path) for word in line.split())
    assert files.words == 12
    assert told == ["read 8 words", "read 12 words"]


def test_long_lines_are_cut_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "LINE_WORDS", 3)
    write_sentences(["a b c d e f g\nh"], tmp_path)
    assert lines(tmp_path) == ["a b c", "d e f", "g", "h"]


def test_a_large_corpus_becomes_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PART_WORDS", 3)
    files = write_sentences(["a b", "c d", "e f"], tmp_path)
    assert [path.read_text() for path in files.parts] == ["a b\nc d\n", "e f\n"]
    assert files.part_words == (4, 2)


def test_of_too_many_kinds_of_words_the_rarest_are_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_counts, "MAX_KINDS", 3)
    files = write_sentences(["a a a b b c", "d e a b", "b f"], tmp_path)
    assert files.counts == {"a": 4, "b": 4, "f": 1}
    assert files.words == 12
    assert lines(tmp_path) == ["a a a b b c", "d e a b", "b f"]


def test_korean_is_taken_apart_where_that_is_expected(tmp_path: Path) -> None:
    assert "\u1100\u1161" in write_sentences(["가"], tmp_path, jamo=True).counts


KOREAN = ["학교가 크다\n학교는 학교", "학교에서 서울로\n나는 간다"]


def test_particles_become_words_where_that_is_expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentences, "PART_WORDS", 3)
    files = write_sentences(KOREAN, tmp_path, particles=True)
    assert lines(tmp_path) == ["학교 가 크다", "학교 는 학교", "학교 에서 서울로", "나는 간다"]
    assert files.part_words == (6, 5)
    assert files.counts == Counter(word for line in lines(tmp_path) for word in line.split())


def test_particles_are_found_before_words_are_taken_apart_into_letters(tmp_path: Path) -> None:
    counts = write_sentences(KOREAN, tmp_path, particles=True, jamo=True).counts
    assert counts[jamo_of("학교")] == 4
    assert counts[jamo_of("에서")] == 1


def test_kinds_of_stems_and_particles_are_bounded_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word_counts, "MAX_KINDS", 6)
    assert len(write_sentences([*KOREAN, "a b c d e f"], tmp_path, particles=True).counts) <= 6
