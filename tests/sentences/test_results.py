from nlpbot.sentences.results import TextGroups

GROUPS = TextGroups([([4, 1, 7, 9], ["a", "b", "c", "d"], 0.81234), ([2], ["e"], 1.0)], "closeness", "five texts")


def test_people_are_shown_the_first_of_each_group():
    (table,) = GROUPS.tables
    assert table.columns == ["closeness", "rows", "n", "texts"]
    assert table.rows == [["0.812", "4, 1, 7 …", "4", "a · b · c …"], ["1.000", "2", "1", "e"]]
    assert table.notes == ["five texts"]


def test_json_holds_all_of_them():
    first = GROUPS.to_json()["groups"][0]
    assert first == {"rows": [4, 1, 7, 9], "texts": ["a", "b", "c", "d"], "closeness": 0.81234}
