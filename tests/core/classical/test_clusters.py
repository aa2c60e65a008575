import numpy as np
import pytest

from nlpbot.core.classical.clusters import cluster_rows


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    near = np.repeat(np.eye(3, 8), 5, axis=0) + 0.05 * rng.normal(size=(15, 8))
    return (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)


def test_rows_that_point_the_same_way_are_in_one_group(rows):
    numbers, near = cluster_rows(rows, 3, seed=0)
    assert [len(set(numbers[start : start + 5])) for start in (0, 5, 10)] == [1, 1, 1]
    assert len(set(numbers)) == 3
    assert (near > 0.9).all()


def test_the_same_seed_gives_the_same_groups(rows):
    assert np.array_equal(cluster_rows(rows, 4, seed=1)[0], cluster_rows(rows, 4, seed=1)[0])
