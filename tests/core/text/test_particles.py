"""Korean particles follow the sound before them."""

import pytest

from nlpbot.core.text.particles import attach_particles, particle


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("한빛은행", ("을", "를"), "을"),
        ("택배", ("을", "를"), "를"),
        ("택배", ("를", "을"), "를"),
        ("민수", ("이", "가"), "가"),
        ("하은", ("이", "가"), "이"),
        ("서울", ("으로", "로"), "로"),
        ("부산", ("으로", "로"), "으로"),
        ("제주", ("으로", "로"), "로"),
        ("3", ("이", "가"), "이"),
        ("2", ("이", "가"), "가"),
        ("1", ("으로", "로"), "로"),
        ("6", ("으로", "로"), "으로"),
        ("SwiftMail", ("을", "를"), "을"),
        ("Halo", ("은", "는"), "는"),
        ("(한빛)", ("과", "와"), "과"),
        ("지영", ("아", "야"), "아"),
        ("5천원", ("이면", "면"), "이면"),
        ("4", ("이니까", "니까"), "니까"),
        ("은행", ("이었고", "였고"), "이었고"),
        ("마켓", ("였다", "이었다"), "이었다"),
        ("누나", ("이야", "야"), "야"),
        ("서울", ("으로서", "로서"), "로서"),
        ("", ("을", "를"), "를"),
    ],
)
def test_the_particle_fits_the_sound_before_it(word: str, pair: tuple[str, str], expected: str) -> None:
    assert particle(word, pair) == expected


def test_pairs_in_braces_become_particles() -> None:
    assert attach_particles("한빛은행{을/를} 사칭, 3{이/가} 서울{으로/로}") == "한빛은행을 사칭, 3이 서울로"
