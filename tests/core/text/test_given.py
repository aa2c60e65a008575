from collections import deque

import numpy as np
import pytest

from nlpbot.core.text.given import given_texts

TEXTS = ["a cat", "", "고양이"]


@pytest.mark.parametrize(
    "values", [TEXTS, tuple(TEXTS), deque(TEXTS), np.array(TEXTS), np.array(TEXTS, dtype=object), iter(TEXTS)]
)
def test_texts_come_from_any_iterable_as_plain_ones(values):
    found = given_texts(values)
    assert found == TEXTS
    assert {type(text) for text in found} == {str}


@pytest.mark.parametrize("value", [None, 3, float("nan"), b"bytes", ["a cat"], np.array(["a cat"])])
def test_what_is_no_text_is_named_with_its_place(value):
    with pytest.raises(TypeError, match=rf"questions\[2\]: .* of type {type(value).__name__}; a question expected"):
        given_texts(["a", "b", value], what="question")


@pytest.mark.parametrize("bare", ["a cat", b"a cat"])
def test_a_bare_text_is_refused(bare):
    with pytest.raises(TypeError, match="a list of texts expected; found one text"):
        given_texts(bare)


@pytest.mark.parametrize("value", [np.array("a cat"), np.array([["a", "cat"]])])
def test_what_is_no_list_of_texts_is_refused(value):
    with pytest.raises(TypeError, match="a list of texts expected; found "):
        given_texts(value)
