import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.text.patterns import PATTERN_KINDS, find_patterns, mask_patterns


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Pay at https://pay.example/a?b=1.", "url", "https://pay.example/a?b=1"),
        ("see (www.bank-check.xyz/login)", "url", "www.bank-check.xyz/login"),
        ("Go to bit.ly/3abc now", "url", "bit.ly/3abc"),
        ("주소는 https://cj.example/조회 입니다", "url", "https://cj.example/"),
        ("지금 kb-safe.co.kr에서 확인", "url", "kb-safe.co.kr"),
        ("주소bit.ly/3abc로", "url", "bit.ly/3abc"),
        ("costs $1,200.50 today", "amount", "$1,200.50"),
        ("send £50", "amount", "£50"),
        ("about 500 dollars", "amount", "500 dollars"),
        ("pay 0.5 BTC", "amount", "0.5 BTC"),
        ("금액 1,250,000원 결제", "amount", "1,250,000원"),
        ("300만원 대출", "amount", "300만원"),
        ("50만 원을 보내", "amount", "50만 원"),
        ("3억 원", "amount", "3억 원"),
        ("Call 020 7946 0018 today", "phone", "020 7946 0018"),
        ("ring +44 20 7946 0018", "phone", "+44 20 7946 0018"),
        ("call (212) 555-0147", "phone", "(212) 555-0147"),
        ("연락처 010-1234-5678입니다", "phone", "010-1234-5678"),
        ("번호010-1234-5678로", "phone", "010-1234-5678"),
        ("문의 02-123-4567", "phone", "02-123-4567"),
        ("고객센터 1588-0000", "phone", "1588-0000"),
        ("010-****-5678 님", "phone", "010-****-5678"),
        ("acct 12345678901234", "account", "12345678901234"),
        ("계좌 110-234-567890으로", "account", "110-234-567890"),
        ("your code is 482913.", "code", "482913"),
        ("계좌번호12345678901로", "account", "12345678901"),
        ("인증번호482913을", "code", "482913"),
        ("수수료 50 USDT로", "amount", "50 USDT"),
        ("인증번호 4829를 입력", "code", "4829"),
    ],
)
def test_each_kind_is_found_in_both_languages(text: str, kind: str, found: str) -> None:
    assert [(match.kind, text[match.start : match.end]) for match in find_patterns(text)] == [(kind, found)]


@pytest.mark.parametrize(
    "text",
    [
        "See you at 5",
        "e.g. this",
        "me@mail.example",
        "room 12, floor 3",
        "제 3회 모임",
        "만약 오늘",
        "v1.2.3",
        "a-b-c",
        "",
    ],
)
def test_ordinary_words_and_small_numbers_are_left_alone(text: str) -> None:
    assert list(find_patterns(text)) == []


def test_patterns_become_their_kind() -> None:
    text = "Pay $5 at www.a.com/x, code 123456"
    assert mask_patterns(text).split() == ["Pay", "<amount>", "at", "<url>", ",", "code", "<code>"]
    assert mask_patterns("nothing here") == "nothing here"


@given(st.text(st.sampled_from("0159-.,/:$원만 ahtpsw*()+가\n"), max_size=60))
def test_matches_stand_in_order_and_never_overlap(text: str) -> None:
    done = 0
    for match in find_patterns(text):
        assert done <= match.start < match.end <= len(text)
        assert match.kind in PATTERN_KINDS
        done = match.end


@pytest.mark.parametrize("piece", ["1", "1,", "a.", "a-", "0-", "www.", "+1 ", "*", "만", "1 "])
def test_long_runs_are_read_to_their_end(piece: str) -> None:
    text = piece * (20_000 // len(piece))
    assert len(mask_patterns(text)) <= 8 * len(text)
