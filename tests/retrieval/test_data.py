import pytest

from nlpbot.core.datasets.catalog import data_folder
from nlpbot.core.kernel.errors import BundleError, DataError
from nlpbot.retrieval.data import gather_topics, load_topics, topics_from_json, topics_to_json

TOPIC = "- {id: a, title: A, questions: [one, two, one], answer: First. Second one}\n"


def test_questions_with_one_answer_are_one_topic_of_its_language(table):
    english, _, korean = load_topics(table)
    assert english.questions[:2] == ("where is my parcel", "when does the parcel come")
    assert (english.title, english.language, korean.language) == ("where is my parcel", "en", "ko")


def test_a_topic_is_compared_by_its_questions_title_and_sentences(tmp_path):
    (tmp_path / "a.yaml").write_text(TOPIC)
    (topic,) = load_topics(tmp_path / "a.yaml")
    assert topic.texts == ("one", "two", "A", "First.", "Second one")


def test_json_gives_the_same_topics_back(topics):
    assert topics_from_json(topics_to_json(topics)) == topics


def test_tables_are_read_as_one_and_topics_come_first(tmp_path):
    (tmp_path / "a.csv").write_text("question,answer\nx,same\n")
    (tmp_path / "b.csv").write_text("question,answer\ny,same\nz,other\n")
    (tmp_path / "c.yaml").write_text(TOPIC)
    topics = gather_topics([tmp_path / name for name in ("a.csv", "b.csv", "c.yaml")])
    assert [(topic.id, topic.questions) for topic in topics] == [
        ("a", ("one", "two")),
        ("q1", ("x", "y")),
        ("q2", ("z",)),
    ]


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.yaml", "x: [", "can't be read as YAML"),
        ("a.yaml", "x: 1", "a list of topics expected"),
        ("a.yaml", "[]", "a list of topics expected"),
        ("a.yaml", "[one]", "topic 1: id, title, questions and answer expected"),
        ("a.yaml", "- {id: a, questions: [b]}", r"topic 1 \(a\): answer is missing"),
        ("a.yaml", "- {id: a, questions: [b], answer: c, colour: d}", "'colour' is unknown"),
        (
            "a.yaml",
            "- {id: a, questions: [b], answer: c, marks: [sunny]}",
            r"topic 1 \(a\): marks: \['sunny'\]; a list of",
        ),
        (
            "a.yaml",
            "- {id: a, questions: [b], answer: c, marks: small_talk}",
            "marks: 'small_talk'; a list of small_talk, ",
        ),
        ("a.yaml", TOPIC * 2, "topic 'a' comes twice"),
        ("a.csv", "question,answer\n", "no rows"),
        ("a.csv", "question,label\nx,y\n", "a column called answer expected"),
    ],
)
def test_files_of_another_form_are_refused(tmp_path, name, text, says):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=says):
        load_topics(tmp_path / name)


def test_an_id_in_two_files_is_refused(tmp_path):
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(TOPIC)
    with pytest.raises(DataError, match=r"topic 'a' \(en\) comes twice"):
        gather_topics([tmp_path / "a.yaml", tmp_path / "b.yaml"])


def test_marks_are_read_and_kept(tmp_path):
    (tmp_path / "a.yaml").write_text(TOPIC.replace("id: a", "id: a, marks: [courtesy, small_talk]"))
    topics = load_topics(tmp_path / "a.yaml")
    assert topics[0].marks == ("small_talk", "courtesy")
    assert topics_from_json(topics_to_json(topics)) == topics


def test_topics_of_before_marks_are_marked_by_their_ids():
    old = {"title": "x", "questions": ["x"], "answer": "x", "language": "en", "urgent": False}
    ids = ("greeting", "praise", "joke", "smishing")
    assert [topic.marks for topic in topics_from_json([{**old, "id": name} for name in ids])] == [
        ("small_talk", "courtesy", "by_name"),
        ("small_talk", "courtesy"),
        ("small_talk",),
        (),
    ]
    assert topics_from_json([{**old, "id": "greeting", "marks": []}])[0].marks == ()


def test_marks_of_before_are_those_of_the_default_data_of_today():
    for language in ("en", "ko"):
        topics = load_topics(data_folder("chat") / f"{language}-small-talk.yaml")
        old = [{key: value for key, value in kept.items() if key != "marks"} for kept in topics_to_json(topics)]
        assert topics_from_json(old) == topics


UNKNOWN_MARK = {"id": "a", "title": "A", "questions": ["a"], "answer": "A", "language": "en", "marks": ["sunny"]}


@pytest.mark.parametrize("value", [[{}], [{"questions": ["a"]}], [3], None, [UNKNOWN_MARK]])
def test_damaged_topics_are_a_damaged_bundle(value):
    with pytest.raises(BundleError, match="topics: damaged"):
        topics_from_json(value)
