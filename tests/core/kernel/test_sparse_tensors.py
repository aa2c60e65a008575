import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from nlpbot.core.kernel.errors import BundleError
from nlpbot.core.kernel.sparse_tensors import sparse_from_tensors, sparse_to_tensors

MATRIX = csr_matrix(np.array([[0, 2, 0], [0, 0, 0], [1, 0, 3]], dtype=np.float32))


def test_a_matrix_comes_back_as_it_was() -> None:
    tensors = sparse_to_tensors("m", MATRIX)
    assert set(tensors) == {"m.data", "m.indices", "m.indptr"}
    np.testing.assert_array_equal(sparse_from_tensors("m", tensors, shape=(3, 3)).toarray(), MATRIX.toarray())


@pytest.mark.parametrize(("columns", "size_bytes"), [(255, 1), (256, 2), (40_000, 4)])
def test_columns_are_numbered_in_few_bytes(columns: int, size_bytes: int) -> None:
    matrix = csr_matrix(([2.5], ([0], [columns - 1])), shape=(2, columns))
    tensors = sparse_to_tensors("m", matrix)
    assert tensors["m.indices"].element_size() == size_bytes
    again = sparse_from_tensors("m", tensors, shape=(2, columns))
    assert again[0, columns - 1] == 2.5
    assert again.indices.dtype == matrix.indices.dtype


@pytest.mark.parametrize(
    ("change", "shape"),
    [
        ({}, (2, 3)),
        ({}, (3, 2)),
        ({"m.indices": torch.tensor([1, 0, 3])}, (3, 3)),
        ({"m.indices": torch.tensor([1, 0, -1])}, (3, 3)),
        ({"m.indptr": torch.tensor([0, 1, 1, 9])}, (3, 3)),
        ({"m.indptr": torch.tensor([0, 2, 1, 3])}, (3, 3)),
    ],
)
def test_what_is_no_matrix_of_that_shape_is_refused(change: dict[str, torch.Tensor], shape: tuple[int, int]) -> None:
    with pytest.raises(BundleError, match="m: not a matrix of"):
        sparse_from_tensors("m", sparse_to_tensors("m", MATRIX) | change, shape=shape)


def test_a_missing_part_is_named() -> None:
    with pytest.raises(BundleError, match=r"'m\.data' is missing; train the bundle again"):
        sparse_from_tensors("m", {}, shape=(1, 1))
