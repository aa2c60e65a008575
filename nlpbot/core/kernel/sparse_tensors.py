"""Mostly empty matrices as named tensors: what is not zero, and where it stands."""

from collections.abc import Mapping

import numpy as np
import torch
from scipy.sparse import csr_matrix
from torch import Tensor

from nlpbot.core.kernel.errors import BundleError

__all__ = ["sparse_from_tensors", "sparse_to_tensors"]

PARTS = ("data", "indices", "indptr")
INDEX_KINDS = (np.uint8, np.int16, np.int32)


def sparse_to_tensors(name: str, matrix: csr_matrix) -> dict[str, Tensor]:
    """Return what `sparse_from_tensors` takes; columns are numbered in as few bytes as will do."""
    narrow = next(kind for kind in INDEX_KINDS if matrix.shape[1] <= np.iinfo(kind).max)
    arrays = (matrix.data, matrix.indices.astype(narrow), matrix.indptr)
    return {f"{name}.{part}": torch.from_numpy(array) for part, array in zip(PARTS, arrays, strict=True)}


def sparse_from_tensors(name: str, tensors: Mapping[str, Tensor], *, shape: tuple[int, int]) -> csr_matrix:
    """Return the matrix of some named tensors.

    Raises:
        BundleError: a tensor is missing, or they are no matrix of that shape.
    """
    try:
        data, indices, indptr = (tensors[f"{name}.{part}"].numpy() for part in PARTS)
        matrix = csr_matrix((data, indices, indptr), shape=shape)
        matrix.check_format(full_check=True)
    except KeyError as error:
        raise BundleError(f"{error} is missing; train the bundle again") from error
    except ValueError as error:
        raise BundleError(f"{name}: not a matrix of {shape[0]} by {shape[1]}; train the bundle again") from error
    return matrix
