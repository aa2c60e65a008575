from pathlib import Path

from nlpbot.core.kernel import errors
from nlpbot.core.kernel.errors import Closed, DataError, NlpbotError, Overloaded, ServingError


def test_all_errors_hang_on_one_tree_that_the_docstring_draws() -> None:
    for name in errors.__all__:
        kind = getattr(errors, name)
        assert issubclass(kind, NlpbotError)
        assert not issubclass(kind, ValueError)
        assert name in (errors.__doc__ or "")
    assert issubclass(Overloaded, ServingError)
    assert issubclass(Closed, ServingError)


def test_a_line_of_a_file_is_pointed_at() -> None:
    error = DataError.at(Path("data") / "a.tsv", 17, "3 columns found; 2 expected")
    assert str(error) == "data/a.tsv:17: 3 columns found; 2 expected"


def test_a_full_queue_says_when_to_come_back() -> None:
    assert Overloaded("full", retry_after_s=2.5).retry_after_s == 2.5
    assert str(Overloaded("full")) == "full"
