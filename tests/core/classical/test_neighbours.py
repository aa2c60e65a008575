import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from nlpbot.core.classical.neighbours import NearestNeighbours

ROWS = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 9.0], [9.0, 8.0], [8.0, 9.0]])


def labels_of(model: NearestNeighbours, rows: np.ndarray) -> list[int]:
    return model.probabilities(rows).argmax(axis=1).tolist()


def test_the_label_is_that_of_the_nearest_rows() -> None:
    model = NearestNeighbours(ROWS, [7, 7, 3, 3, 3])
    assert labels_of(model, np.array([[1.0, 1.0], [8.0, 8.0], [0.0, 0.0]])) == [7, 3, 7]


def test_nearer_rows_weigh_more_than_many() -> None:
    rows = np.array([[0.0], [10.0], [11.0]])
    model = NearestNeighbours(rows, [0, 1, 1])
    assert labels_of(model, np.array([[1.0]])) == [0]
    weights = 1 / np.array([1, 9, 10])
    assert model.probabilities(np.array([[1.0]]))[0, 0] == pytest.approx(weights[0] / weights.sum())


def test_fewer_rows_than_neighbours_do() -> None:
    assert labels_of(NearestNeighbours(ROWS[:1], [4], neighbours=3), ROWS) == [4] * 5


def test_labels_that_no_row_has_get_no_votes() -> None:
    found = NearestNeighbours(ROWS, [1, 1, 3, 3, 3], count=6).probabilities(ROWS[:1])
    assert found.shape == (1, 6)
    assert found.sum() == pytest.approx(1.0)
    assert (found[0, [0, 2, 4, 5]] == 0).all()


def test_the_votes_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    rows, labels, asked = rng.random((2_000, 20)), rng.integers(5, size=2_000), rng.random((1_100, 20))
    asked[:3] = rows[:3]
    library = KNeighborsClassifier(n_neighbors=3, weights="distance").fit(rows, labels)
    np.testing.assert_allclose(
        NearestNeighbours(rows, labels.tolist()).probabilities(asked), library.predict_proba(asked), atol=1e-6
    )


def test_no_rows_have_no_votes():
    assert NearestNeighbours(ROWS, [1, 1, 3, 3, 3]).probabilities(np.zeros((0, 2))).shape == (0, 4)
