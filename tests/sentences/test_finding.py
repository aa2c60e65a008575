import numpy as np
import pytest

from nlpbot.sentences.finding import cosines, finding_loss, lists_of, right_first


@pytest.fixture
def lists(questions):
    return list(lists_of(questions))


def known(right):
    """Scores by who knows which text goes with which."""

    def score(asked, texts):
        return np.array([[float(right.get(text) == right.get(other)) for other in texts] for text in asked])

    return score


def test_a_list_is_asked_all_wordings_but_the_plain_one(lists):
    library = lists[0]
    assert library.questions[1] == "How long can I keep a book?"
    assert library.answers[1] == "Three weeks."
    assert list(library.asked) == [
        "what time r u open",
        "opening times",
        "when is it due back",
        "loan period",
        "do i pay if its late",
        "overdue fee",
    ]
    assert library.rows.tolist() == [0, 0, 1, 1, 2, 2]


def test_across_it_is_asked_what_both_languages_have(questions):
    english = next(iter(lists_of(questions, across=True)))
    assert list(english.asked) == ["몇 시에 여나요?", "언제 문 열어요", "운영 시간"]
    assert english.rows.tolist() == [0, 0, 0]


def test_who_knows_finds_all_and_who_does_not_the_first(questions, lists):
    right = {text: (q.meaning, q.language) for q in questions for text in (q.answer, *q.wordings.values())}
    assert right_first(known(right), lists).all()
    first = right_first(lambda asked, texts: np.zeros((len(asked), len(texts))), lists)
    assert first.tolist() == [row == 0 for each in lists for row in each.rows]


def test_question_and_answer_count_alike(lists):
    score = {"When do you open?": 0.4, "Three weeks.": 0.6}
    found = lists[0].scores(lambda asked, texts: np.array([[score.get(text, 0.0) for text in texts]] * len(asked)))
    assert found[0].tolist() == [0.2, 0.3, 0.0]


def test_the_loss_is_that_of_chance_where_all_texts_are_alike(encoder, lists, monkeypatch):
    monkeypatch.setattr(type(encoder), "encode", lambda _, texts: np.ones((len(texts), 1), dtype=np.float32))
    chance = [np.log(len(each.questions)) for each in lists for _ in each.asked]
    assert finding_loss(encoder, lists) == pytest.approx(np.mean(chance))


def test_an_encoder_scores_by_cosine(encoder):
    scores = cosines(encoder)(["where is my parcel"], ["where is my parcel", "언제 와요"])
    assert scores[0, 0] == pytest.approx(1, abs=1e-5)
    assert abs(scores[0, 1]) <= 1
