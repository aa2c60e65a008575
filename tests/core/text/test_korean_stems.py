from collections import Counter

import pytest

from nlpbot.core.text.korean_stems import KoreanStems

COUNTS = Counter(
    {"학교": 5, "학교가": 9, "학교에서": 7, "학교까지": 2, "서울": 9, "서울로": 3, "서울은": 4, "서울의": 5}
)


@pytest.fixture(scope="module")
def stems():
    return KoreanStems(COUNTS)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("학교에서", ["학교", "에서"]),
        ("학교", ["학교"]),
        ("학교에서는", ["학교", "에서는"]),  # the longest, even one that never came
        ("학교을", ["학교을"]),  # which 학교를 would be
        ("서울로", ["서울", "로"]),
        ("서울으로", ["서울으로"]),
        ("병원에서", ["병원에서"]),  # never seen
        ("school", ["school"]),
        ("가", ["가"]),
        ("", [""]),
    ],
)
def test_a_particle_is_cut_off_a_word_that_takes_particles(stems, word, parts):
    assert stems.split(word) == parts


@pytest.mark.parametrize("missing", ["학교까지", "학교"], ids=["two particles only", "never by itself"])
def test_what_takes_few_particles_or_never_comes_alone_is_left_whole(missing):
    stems = KoreanStems({word: count for word, count in COUNTS.items() if word != missing})
    assert stems.split("학교가") == ["학교가"]


def test_what_comes_alone_far_too_rarely_is_left_whole():
    assert KoreanStems(COUNTS | {"학교가": 100}).split("학교가") == ["학교가"]


def test_a_stem_of_one_syllable_is_left_whole():
    assert KoreanStems({"나": 9, "나는": 9, "나의": 9, "나도": 9}).split("나는") == ["나는"]
