import pytest

from nlpbot.core.text.surface import SURFACE_FEATURES, surface


def test_the_surface_counts_signs_and_shares() -> None:
    found = dict(zip(SURFACE_FEATURES, surface("WIN 50! ok? a.b www.a.com"), strict=True))
    assert found == {
        "characters": 25,
        "words": 5,
        "exclamation_marks": 1,
        "question_marks": 1,
        "other_punctuation": 3,
        "share_of_capitals": 3 / 25,
        "share_of_digits": 2 / 25,
        "has_link": 1,
    }


@pytest.mark.parametrize("text", ["", " ", "안녕", "🙂"])
def test_any_text_has_a_surface(text: str) -> None:
    assert len(surface(text)) == len(SURFACE_FEATURES)
    assert surface(text)[-1] == 0
