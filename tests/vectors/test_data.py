import gzip
import lzma

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.vectors.data import Pair, Question, corpus_facts, corpus_pieces, read_analogies, read_pairs

PAIRS = [Pair("cat", "dog", 7.5), Pair("cat", "loan", 1.0)]


def written(folder, content):
    path = folder / "file"
    path.write_text(content, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "content",
    [
        "# A set\n# Word 1\tWord 2\tHuman (mean)\ncat\tdog\t7.5\ncat\tloan\t1\n",
        "Word 1,Word 2,Human (mean),1,2\ncat,dog,7.5,8,7\ncat,loan,1.00,1,1\n",
        '\ufeff"word 1","word 2","kor_score"\ncat,dog,7.50\ncat,loan,1.00\n',
        "word1\tword2\tPOS\tconc\tSimLex999\ncat\tdog\tN\t5\t7.5\ncat\tloan\tN\t4\t1\n",
        "cat\tdog\tN\t7.5\n\ncat\tloan\tN\t1\n",
        "cat dog 7.5\ncat loan 1\n",
        "cat;dog;7.5\r\ncat;loan;1\r\n",
    ],
)
def test_pairs_are_found_in_every_usual_form(tmp_path, content):
    assert read_pairs(written(tmp_path, content)) == PAIRS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("cat\tdog\t7\ncat\tloan\n", "file:2: no score in column 3"),
        ("cat\tdog\t7\ncat\tloan\tmuch\n", "file:2: no score in column 3"),
        ("cat\tdog\tnan\ncat\tloan\t1\n", "1 rows found"),
        ("word1\tword2\tscore\ncat\tdog\t7\n", "1 rows found; at least 2"),
        ("# only this\n", "0 rows found"),
        ("just words\nand words\n", "file:2: no score"),
        ("", "empty"),
    ],
)
def test_what_holds_no_pairs_is_refused(tmp_path, content, says):
    with pytest.raises(DataError, match=says):
        read_pairs(written(tmp_path, content))


def test_analogies_know_their_section_and_kind(tmp_path):
    content = ": capital-common\nParis France Rome Italy\n\n: gram1-adverb\na b c d\n#\tsyn-tense\n가 나 다 라\n"
    questions = read_analogies(written(tmp_path, content))
    assert questions[0] == Question("Paris", "France", "Rome", "Italy", "capital-common")
    assert [question.section for question in questions[1:]] == ["gram1-adverb", "syn-tense"]
    assert [question.syntactic for question in questions] == [False, True, True]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("a b c\n", "file:1: 3 words found; 4 expected"),
        (": s\na b c d e\n", "file:2: 5 words"),
        (": s\n", "no analogies"),
    ],
)
def test_what_holds_no_analogies_is_refused(tmp_path, content, says):
    with pytest.raises(DataError, match=says):
        read_analogies(written(tmp_path, content))


def test_a_corpus_of_several_files_comes_in_pieces(tmp_path):
    (tmp_path / "a.txt").write_text("one two")
    (tmp_path / "b.txt.xz").write_bytes(lzma.compress("셋 넷".encode()))
    assert list(corpus_pieces([tmp_path / "a.txt", tmp_path / "b.txt.xz"])) == ["one ", "two", "셋 ", "넷"]


def test_size_and_language_of_a_corpus_are_guessed(tmp_path):
    korean = "대통령은 국가를 대표한다. " * 50
    (tmp_path / "a.txt").write_text("the quick fox")
    (tmp_path / "b.gz").write_bytes(gzip.compress(korean.encode()))
    assert corpus_facts([tmp_path / "a.txt"]) == (13, False)
    size_bytes, is_korean = corpus_facts([tmp_path / "b.gz", tmp_path / "a.txt"])
    assert is_korean
    assert size_bytes > (tmp_path / "b.gz").stat().st_size * 2
    with pytest.raises(DataError, match=r"none\.txt: can't be read"):
        corpus_facts([tmp_path / "a.txt", tmp_path / "none.txt"])
