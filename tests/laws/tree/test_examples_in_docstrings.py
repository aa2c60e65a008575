import doctest
from importlib import import_module

import pytest

import nlpbot.core.nn.convolution


def test_every_example_in_a_docstring_is_true(modules, root):
    with_examples = [module for module in modules if ">>>" in (root / module).read_text(encoding="utf-8")]
    assert with_examples
    for module in with_examples:
        found = doctest.testmod(import_module(".".join(module.with_suffix("").parts)))
        assert found.attempted > 0, module
        assert found.failed == 0, module


@pytest.mark.parametrize(
    "expected",
    ["[[15, 16], [6, 15]]", "[[7, 12, 10, 2], [4, 15, 16, 10], [10, 6, 15, 6], [8, 10, 4, 3]]"],
    ids=["without padding", "with padding 1"],
)
def test_the_textbooks_convolution_is_among_them(expected):
    examples = [e for test in doctest.DocTestFinder().find(nlpbot.core.nn.convolution) for e in test.examples]
    assert f"{expected}\n" in [example.want for example in examples]
