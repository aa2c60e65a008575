import pytest

from nlpbot.core.kernel.errors import DataError
from nlpbot.sentences.data import load_questions, paraphrase_files


def test_questions_come_by_subject_and_language(questions):
    assert [(q.subject, q.language, q.id) for q in questions][:4] == [
        ("library", "en", "hours"),
        ("library", "en", "loan"),
        ("library", "en", "fine"),
        ("library", "ko", "hours"),
    ]


def test_a_question_means_the_same_in_both_languages(questions):
    one, other = (q for q in questions if q.meaning == ("library", "hours"))
    assert (one.language, other.language) == ("en", "ko")
    assert one.wordings["casual"] == "what time r u open"
    assert "answer" not in one.wordings
    assert other.answer == "아홉 시에 엽니다."


def test_a_folder_without_paraphrases_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"no paraphrases found; en/SUBJECT\.yaml"):
        paraphrase_files(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- a", "questions by their ids"),
        ("hours: late", "hours: answer, plain and other wordings"),
        ("hours: {answer: a}", "hours: answer, plain and other wordings"),
        ('hours: {answer: "a", plain: " "}', "hours: an empty text"),
        ('hours: {answer: "a", plain: 3}', "hours: an empty text or a number"),
        ("hours: {", "can't be read as YAML"),
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path, text, says):
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "shop.yaml").write_text(text)
    with pytest.raises(DataError, match=says) as error:
        load_questions(tmp_path)
    assert "shop.yaml" in str(error.value)
