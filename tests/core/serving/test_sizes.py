"""A text takes longer than none, and the longer it is the longer."""

from nlpbot.core.serving.sizes import text_size


def test_a_text_has_the_size_of_its_characters_and_a_little_more() -> None:
    assert text_size("") > 0
    assert text_size("가나다") - text_size("") == 3
