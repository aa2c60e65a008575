import pytest

from nlpbot.fraud.too_short import is_too_short


@pytest.mark.parametrize(
    "message",
    [
        "",
        "  \n ",
        "hello",
        "Hello there!",
        "Hi mum",
        "?!",
        "ok 5",
        "💰💰",
        "h\u200be\u200bl\u200bl\u200bo",
        "see you...",
        "안녕하세요",
        "엄마 나야",
        "네, 알겠습니다",
    ],
)
def test_a_word_or_two_with_nothing_telling_are_too_short(message: str) -> None:
    assert is_too_short(message)


@pytest.mark.parametrize(
    "message",
    [
        "call 0900 123 456",
        "Call 0900...",
        "0900 123456",
        "http://win.example",
        "bit.ly/3xY",
        "win-prize.ru",
        "pay £5",
        "5만원 입금",
        "me@mail.example",
        "483920",
        "1588-1234 전화",
        "send money now",
        "congratulations, winner",
        "엄마 나 폰 고장",
        "고객님의계좌가정지되었습니다",
        "x" * 61,
    ],
)
def test_a_link_a_number_an_amount_or_three_words_are_judged(message: str) -> None:
    assert not is_too_short(message)
