import numpy as np

from nlpbot.core.linear.neighbours import NearestNeighbours

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 9.0], [9.0, 8.0], [8.0, 9.0]])


def test_the_label_is_that_of_the_nearest_rows() -> None:
    model = NearestNeighbours(ROWS, [7, 7, 3, 3, 3])
    assert model.predict(np.array([[1.0, 1.0], [8.0, 8.0], [0.0, 0.0]])).tolist() == [7, 3, 7]


def test_nearer_rows_weigh_more_than_many() -> None:
    rows = np.array([[0.0], [10.0], [11.0]])
    assert NearestNeighbours(rows, [0, 1, 1]).predict(np.array([[1.0]])).tolist() == [0]


def test_fewer_rows_than_neighbours_do() -> None:
    assert NearestNeighbours(ROWS[:1], [4], neighbours=3).predict(ROWS).tolist() == [4] * 5
