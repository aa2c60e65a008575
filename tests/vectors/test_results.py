from pathlib import Path

import numpy as np

from nlpbot.vectors.picture import WordPicture
from nlpbot.vectors.predictor import Neighbour
from nlpbot.vectors.results import Analogy, DrawnPicture, ImportedVectors, NearWords

NEAR = (Neighbour("queen", 0.5), Neighbour("prince", 0.25))


def test_neighbours_are_told_by_word():
    found = NearWords(("king",), (NEAR,))
    assert list(found.to_json()["neighbours"]) == ["king"]
    assert found.tables[0].rows == [["king", "queen", "0.500"], ["king", "prince", "0.250"]]


def test_an_analogy_is_a_question_and_its_answers():
    found = Analogy("man", "king", "woman", NEAR)
    assert found.to_json()["answers"][0] == {"word": "queen", "similarity": 0.5}
    assert found.tables[0].title == "man is to king as woman is to"


def test_a_picture_says_who_was_asked_for_and_how_much_it_shows():
    drawn = WordPicture(("a", "b", "c"), 2, (0, 1, 0), np.arange(6.0).reshape(3, 2), (0.5, 0.25))
    found = DrawnPicture(Path("p.svg"), drawn)
    assert found.asked == [True, True, False]
    assert found.to_json()["words"][2] == {"word": "c", "x": 4.0, "y": 5.0, "asked": False}
    assert found.tables[0].notes == ["p.svg: 3 words; the picture shows 75 % of what sets them apart"]


def test_vectors_made_elsewhere_are_told_by_their_size():
    found = ImportedVectors(Path("out"), words=1200, dim=3)
    assert found.to_json() == {"words": 1200, "dim": 3, "bundle": "out"}
    assert found.tables[0].notes == ["out: 1,200 words of 3 numbers"]
