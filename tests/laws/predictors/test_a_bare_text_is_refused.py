import pytest


def test_a_bare_text_is_refused_where_a_list_is_expected(text_case):
    """Letter by letter is never what was meant."""
    with pytest.raises(TypeError, match="expected; found one"):
        text_case.trained().predict("hello there")
