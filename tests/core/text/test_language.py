import pytest

from nlpbot.core.text.language import LANGUAGES, Language, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Is this a scam?", "en"),
        ("이거 사기인가요?", "ko"),
        ("ㅋㅋㅋ ㅠㅠ", "ko"),
        ("https://bank.example/login 여기 눌러도 되나요", "ko"),
        ("what does 사기 mean in an English sentence", "en"),
        ("Привет", "en"),
    ],
)
def test_a_fair_share_of_hangul_is_korean(text: str, language: Language) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize("text", ["", "123 !?", "🙂"])
def test_without_letters_the_default_is_returned(text: str) -> None:
    assert [language_of(text, language) for language in LANGUAGES] == list(LANGUAGES)
