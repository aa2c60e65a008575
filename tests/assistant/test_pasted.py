"""What was received is judged; what users say in their own words is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.assistant.pasted import asks_to_judge, pasted_part

PARCEL = "Your parcel is held. Pay 1.99 at parcel-desk.example"
KOREAN = "고객님 택배가 보류되었습니다. parcel-desk.example 에서 확인"


@pytest.mark.parametrize(
    ("message", "received"),
    [
        (f"is this a scam: {PARCEL}", PARCEL),
        (f"Is this a scam? {PARCEL}", PARCEL),
        (f"is this a scam?\n\n{PARCEL}", PARCEL),
        (f"is this a scam\n{PARCEL}", PARCEL),
        (f"Hi, is this message real or fake? {PARCEL}", PARCEL),
        (f"Could this be phishing?\n{PARCEL}\nThank you", f"{PARCEL}\nThank you"),
        (
            "Is this a scam? My name is Mr Banks and I hold a fund for you",
            "My name is Mr Banks and I hold a fund for you",
        ),
        (f"check: {PARCEL}", PARCEL),
        ("check: hi mum", "hi mum"),
        ("확인해줘: 급해", "급해"),
        (f"I got this text today: {PARCEL}", PARCEL),
        (f"They wrote “{PARCEL}” to me", PARCEL),
        ("Fwd: " + PARCEL, "Fwd: " + PARCEL),
        (f"이거 사기야? {KOREAN}", KOREAN),
        (f"이거 사기야?\n{KOREAN}", KOREAN),
        (f"이 문자 사기인가요? {KOREAN}", KOREAN),
        (f"이거 피싱 문자 맞아요?\n{KOREAN}", KOREAN),
        ("Is this a scam? We tried to deliver your parcel", "We tried to deliver your parcel"),
        ("이거 사기야? 고객님의 택배가 도착했습니다.", "고객님의 택배가 도착했습니다."),
        (f"혹시 사기일까요?\n{KOREAN}", KOREAN),
        (f"이런 문자가 왔어요: {KOREAN}", KOREAN),
        (f"[Web발신]\n{KOREAN}", f"[Web발신]\n{KOREAN}"),
        (f"[Parcel Desk] {PARCEL}", f"[Parcel Desk] {PARCEL}"),
        (f"[한빛택배]{KOREAN}", f"[한빛택배]{KOREAN}"),
    ],
)
def test_what_was_passed_on_is_found(message: str, received: str) -> None:
    assert pasted_part(message) == received


@pytest.mark.parametrize(
    "message",
    [
        "Is this a scam?",
        "[urgent] help",
        "is this a scam? thanks",
        "Is this a scam? Someone says he is from my bank and wants a code",
        "is this a scam? I got a call about my social security number",
        "Is it legit? They want me to pay the fee with gift cards",
        "Could this be fake? My boss asked me to buy vouchers for a client",
        "Is this a scam? I'm selling a sofa and the buyer wants to overpay",
        "A man called and said I owe taxes, what should I do",
        "Would a boss text me for gift cards? Mine needs them by 8:15 am, from a new number",
        "요즘 이런 문자 조심하세요 https://parcel-desk.example 엄마가 누를 뻔했어요",
        "My mother sent money to somebody she met online",
        "이거 사기야?",
        "이거 사기야? 제가 어제 은행 전화를 받고 돈을 보냈는데요",
        "이거 사기인가요? 엄마가 모르는 사람에게 돈을 보내려고 해요",
        "이거 사기야? 검찰이라면서 통장을 보여 달래요",
        "소비쿠폰을 신청하라는 전화가 사기인가요? 잘 모르겠어요 알려 주세요",
    ],
)
def test_own_words_of_worried_people_are_not_judged(message: str) -> None:
    assert pasted_part(message) is None


@pytest.mark.parametrize(
    "message", ["Is this a scam?", "is this real or not", "hi, could this be phishing??", "이거 사기야?", "사기인가요?"]
)
def test_a_bare_question_asks_to_judge(message: str) -> None:
    assert asks_to_judge(message)


@pytest.mark.parametrize(
    "message", [f"Is this a scam? {PARCEL}", "is this a scam call from my bank?", "is a lottery a scam?", "hello", ""]
)
def test_other_messages_do_not(message: str) -> None:
    assert not asks_to_judge(message)


def test_what_the_page_saw_being_pasted_is_taken_as_it_is() -> None:
    assert pasted_part(f"what do you think {PARCEL}", f" {PARCEL}\n") == PARCEL
    assert pasted_part("what do you think", PARCEL) is None  # no longer in the message
    assert pasted_part("hello there", "hello") is None  # too little to judge


PIECES = [
    PARCEL,
    KOREAN,
    "is this a scam?",
    "이거 사기야?",
    "\n",
    " ",
    '"',
    "”",
    ":",
    "I got this text",
    "fwd:",
    "안녕",
]


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_the_part_is_always_in_the_message(message: str) -> None:
    part = pasted_part(message)
    assert part is None or (part and part in message)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["is this ", "“", '"', "[", "사기 ", "이거 ", "hi, ", "i ", "text ", ":", "\n", " "])
def test_no_message_makes_the_patterns_explode(piece: str) -> None:
    for message in (piece * 4000, f"is this a scam? {piece * 4000}", f"got {piece * 4000}:"):
        pasted_part(message[:4000])
        asks_to_judge(message[:4000])
