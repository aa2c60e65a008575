"""Names are remembered, asked for and forgotten; feelings and callers' claims are no names."""

import pytest

from nlpbot.chat.memory import Remembering, understand
from nlpbot.core.text.language import Language


@pytest.mark.parametrize(
    ("message", "language", "name"),
    [
        ("My name is Anna", "en", "Anna"),
        ("hi! my name's Bob.", "en", "Bob"),
        ("you can call me Mary-Jane", "en", "Mary-Jane"),
        ("Hello, I'm Tom", "en", "Tom"),
        ("I am Ahmed.", "en", "Ahmed"),
        ("내 이름은 민수야", "ko", "민수"),
        ("제 이름은 김하은입니다.", "ko", "김하은"),
        ("저는 민수라고 해요", "ko", "민수"),
        ("하은이라고 불러 주세요", "ko", "하은"),
        ("안녕, 나는 민수야", "ko", "민수"),
        ("안녕하세요! 저는 김하은입니다.", "ko", "김하은"),
    ],
)
def test_a_name_is_heard(message: str, language: Language, name: str) -> None:
    assert understand(message, language) == Remembering("tell_name", name)


@pytest.mark.parametrize(
    ("message", "language", "act"),
    [
        ("what is my name?", "en", "ask_name"),
        ("Who am I?", "en", "ask_name"),
        ("do you remember my name", "en", "ask_name"),
        ("내 이름은 뭐야", "ko", "ask_name"),
        ("제 이름 기억하세요?", "ko", "ask_name"),
        ("please forget my name", "en", "forget_name"),
        ("내 이름은 잊어줘", "ko", "forget_name"),
        ("Forget me", "en", "forget_me"),
        ("can you forget all about me please?", "en", "forget_me"),
        ("나를 잊어줘", "ko", "forget_me"),
        ("저에 대해 다 잊어 주세요.", "ko", "forget_me"),
        ("what did I just ask?", "en", "ask_last"),
        ("내가 방금 뭐라고 했지", "ko", "ask_last"),
    ],
)
def test_what_concerns_the_memory_is_understood(message: str, language: Language, act: str) -> None:
    assert understand(message, language) == Remembering(act)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("who am I talking to", "en"),
        ("Who am i speaking with?", "en"),
        ("나는 학생이야", "ko"),
        ("안녕하세요, 저는 피해자예요", "ko"),
        ("I'm worried", "en"),
        ("I'm Worried", "en"),
        ("I'm scared", "en"),
        ("I am being blackmailed", "en"),
        ("Hi, I'm Scared.", "en"),
        ("call me back", "en"),
        ("call me later!", "en"),
        ("They call me every day", "en"),
        ("don't forget me", "en"),
        ("I'll never forget me being scammed", "en"),
        ("검찰이라고 합니다", "ko"),
        ("경찰이라고 해요", "ko"),
        ("저는 피해자라고 합니다", "ko"),
        ("은행이라고 불러요?", "ko"),
        ("이름을 알려 달라는 전화가 왔어요", "ko"),
        ("", "en"),
    ],
)
def test_other_messages_leave_the_memory_alone(message: str, language: Language) -> None:
    assert understand(message, language) is None
