import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.kernel.errors import DataError
from nlpbot.fraud.synthetic import fill, generate, read_skeletons, write

SLOTS = {"name": ["민수", "하은"], "code": ["######"], "link": ["http://{word}.example/@#"], "word": ["pay"]}


def filled(text, seed=0):
    return fill(text, SLOTS, np.random.default_rng(seed))


@given(st.integers(0, 1000))
def test_a_slot_named_twice_gets_the_same_value_and_the_particle_that_fits(seed):
    assert filled("{name}{이/가} {name}", seed) in ("민수가 민수", "하은이 하은")


@given(st.integers(0, 1000))
def test_patterns_become_digits_and_letters_and_slots_in_slots_are_filled(seed):
    code, link = filled("{code} {link}", seed).split()
    assert code.isdigit()
    assert len(code) == 6
    assert "0" not in code
    assert link.startswith("http://pay.example/")
    assert link[-2].islower()
    assert link[-1].isdigit()


def test_a_slot_without_values_is_refused():
    with pytest.raises(DataError, match=r"slot \{bank\} has no values"):
        filled("{bank}")


@pytest.fixture
def folder(tmp_path):
    skeletons = "- {kind: prize, label: fraud, skeletons: ['you won {name}', 'same always']}\n"
    (tmp_path / "skeletons").mkdir()
    for language in ("en", "ko"):
        (tmp_path / "skeletons" / f"{language}-a.yaml").write_text(skeletons)
    (tmp_path / "slots.yaml").write_text("en: {name: [A#]}\nko: {name: [가#]}\n", encoding="utf-8")
    return tmp_path


def test_each_skeleton_is_a_group_and_no_copy_comes_twice(folder):
    rows = list(generate(folder, "en"))
    assert {row.group for row in rows} == {"en-a/fraud/prize/0", "en-a/fraud/prize/1"}
    assert [row.text for row in rows].count("same always") == 1
    assert len({row.text for row in rows}) == len(rows) > 2
    assert list(generate(folder, "en")) == rows != list(generate(folder, "en", seed=1))


def test_both_languages_are_written_beside_the_skeletons(folder):
    write(folder)
    header, *rows = (folder / "ko.tsv").read_text(encoding="utf-8").splitlines()
    assert header == "label\tkind\tgroup\ttext"
    assert rows[0].startswith("fraud\tprize\tko-a/fraud/prize/0\tyou won 가")
    assert (folder / "en.tsv").is_file()


def test_a_language_without_skeletons_is_refused(folder):
    with pytest.raises(DataError, match=r"no fr-\*\.yaml"):
        read_skeletons(folder / "skeletons", "fr")
