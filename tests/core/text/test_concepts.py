import gc
import re
import weakref
from pathlib import Path

import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.core.text.concepts import Concepts

WORDS = """
en:
  money: [money, cash, pay*, "$", "gift card"]
  link: ["don't click", link]
ko:
  money: [돈, 송금, ^방, ai, 알려 줬]
"""


def read(folder: Path, text: str | bytes) -> Concepts:
    path = folder / "concepts.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return Concepts.read(path)


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("Send CASH and a link", " <about_money> <about_link>"),
        ("I was paying", " <about_money>"),
        ("a gift card", " <about_money>"),
        ("lost $5", " <about_money>"),
        ("cashier, repay, linked", ""),
        ("Don’t click it", " <about_link>"),
        ("돈을 송금했어요", " <about_money>"),
        ("링크 money를 눌렀어요", ""),
        ("월세 방을", " <about_money>"),
        ("가방을", ""),
        ("ai로", " <about_money>"),
        ("gmail로", ""),
        ("알려줬어요", " <about_money>"),
        ("a gift-card or giftcard", " <about_money>"),
        ("dont click it", " <about_link>"),
        ("", ""),
    ],
)
def test_words_of_a_concept_add_it_once(tmp_path: Path, text: str, added: str) -> None:
    assert read(tmp_path, WORDS).expand(text) == text + added


def test_each_two_concepts_may_have_a_tag_of_their_own(tmp_path: Path) -> None:
    tags = "<about_money> <about_link> <about_money_link>"
    assert read(tmp_path, WORDS).expand("pay by link", pairs=True) == f"pay by link {tags}"


def test_without_concepts_texts_stay_as_they_are() -> None:
    assert Concepts().expand("send money") == "send money"


class Text(str):
    """A text that can be seen to be gone."""

    __slots__ = ("__weakref__",)


def test_what_was_read_is_not_kept(tmp_path: Path) -> None:
    concepts, text = read(tmp_path, WORDS), Text("send money")
    gone = weakref.ref(text)
    assert concepts.expand(text) == "send money <about_money>"
    del text
    gc.collect()
    assert gone() is None


def test_training_looks_each_text_up_once_and_then_forgets_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    concepts, text, looked_up = read(tmp_path, WORDS), Text("pay by link"), list[str]()
    gone = weakref.ref(text)
    find = concepts._found
    monkeypatch.setattr(concepts, "_found", lambda low, language: looked_up.append(low) or find(low, language))
    with concepts.remembering():
        assert concepts.expand(text) == "pay by link <about_money> <about_link>"
        assert concepts.expand(text, pairs=True).endswith("<about_money> <about_link> <about_money_link>")
    assert looked_up == ["pay by link"]
    del text
    gc.collect()
    assert gone() is None


def test_saved_concepts_expand_as_before(tmp_path: Path) -> None:
    concepts = read(tmp_path, WORDS)
    again = Concepts.from_json(concepts.groups)
    assert again.groups == concepts.groups
    assert again.expand("pay by link") == concepts.expand("pay by link") == "pay by link <about_money> <about_link>"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "en: money",
        "en:\n  a: cash",
        "en:\n  a: [1]",
        "en:\n  a: []",
        'en:\n  a: ["*"]',
        'ko:\n  a: ["^"]',
        "en: [",
        b"\xff\xfe",
    ],
)
def test_files_of_another_form_are_refused(tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(DataError, match=r"concepts\.yaml: (?s:.)* expected"):
        read(tmp_path, text)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"none\.yaml"):
        Concepts.read(tmp_path / "none.yaml")


def test_a_question_compiles_the_patterns_of_its_own_words_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start reads no text: the first question after it must not wait for thousands of patterns."""
    concepts, compiled = read(tmp_path, WORDS), list[str]()
    compile_pattern = re.compile
    monkeypatch.setattr(re, "compile", lambda pattern: compiled.append(pattern) or compile_pattern(pattern))
    for _ in range(2):
        assert concepts.expand("zebra money") == "zebra money <about_money>"
    assert len(compiled) == 1
