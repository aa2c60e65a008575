"""Tensors in lists, tuples and dicts however deep: what a batch or a carried state is."""

from collections.abc import Callable
from typing import Any, TypeAlias

import torch
from torch import Tensor

__all__ = ["Nest", "as_plain", "from_plain", "map_tensors", "move"]

Nest: TypeAlias = Any
"""A tensor, None, a plain number, or a list, tuple or dict (with text keys) of nests."""
TENSOR, TUPLE = "tensor", "tuple"


def map_tensors(nest: Nest, function: Callable[[Tensor], Tensor]) -> Nest:
    """Return a nest of the same form with a function applied to each of its tensors."""
    if isinstance(nest, Tensor):
        return function(nest)
    if isinstance(nest, dict):
        return {name: map_tensors(part, function) for name, part in nest.items()}
    if isinstance(nest, tuple) and hasattr(nest, "_fields"):
        return type(nest)(*(map_tensors(part, function) for part in nest))
    if isinstance(nest, (tuple, list)):
        return type(nest)(map_tensors(part, function) for part in nest)
    return nest


def move(nest: Nest, device: torch.device) -> Nest:
    """Return a nest with its tensors on a device."""
    return map_tensors(nest, lambda tensor: tensor.to(device))


def as_plain(nest: Nest) -> tuple[Any, list[Tensor]]:
    """Return the form of a nest as JSON can hold it, and its tensors in order."""
    tensors: list[Tensor] = []

    def form(part: Nest) -> Any:
        if isinstance(part, Tensor):
            tensors.append(part)
            return {TENSOR: len(tensors) - 1}
        if isinstance(part, tuple):
            return {TUPLE: [form(each) for each in part]}
        if isinstance(part, dict):
            return {"dict": {name: form(each) for name, each in part.items()}}
        return [form(each) for each in part] if isinstance(part, list) else part

    return form(nest), tensors


def from_plain(form: Any, tensors: list[Tensor]) -> Nest:
    """Return the nest that `as_plain` took apart.

    Raises:
        KeyError: the form is none that it gives.
        IndexError: there are fewer tensors than it names.
    """
    if isinstance(form, list):
        return [from_plain(part, tensors) for part in form]
    if not isinstance(form, dict):
        return form
    if TENSOR in form:
        return tensors[form[TENSOR]]
    if TUPLE in form:
        return tuple(from_plain(part, tensors) for part in form[TUPLE])
    return {name: from_plain(part, tensors) for name, part in form["dict"].items()}
