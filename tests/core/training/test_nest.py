import json
from typing import NamedTuple

import pytest
import torch

from nlpbot.core.training.nest import as_plain, from_plain, map_tensors, move

NESTS = [
    None,
    torch.ones(2),
    [(torch.ones(1), torch.zeros(2)), (torch.ones(3), torch.zeros(4))],
    {"encoder": (torch.ones(1), [torch.zeros(2), None]), "read": 7},
]


def same(one, other):
    if isinstance(one, torch.Tensor):
        return torch.equal(one, other)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    return one == other


@pytest.mark.parametrize("nest", NESTS)
def test_any_nest_comes_back_from_json_and_a_list_of_tensors(nest):
    form, tensors = as_plain(nest)
    assert same(from_plain(json.loads(json.dumps(form)), tensors), nest)


@pytest.mark.parametrize("nest", NESTS)
def test_a_nest_keeps_its_form_where_its_tensors_change(nest):
    doubled = map_tensors(map_tensors(nest, lambda tensor: 2 * tensor), lambda tensor: tensor / 2)
    assert same(doubled, nest)
    assert all(tensor.device.type == "meta" for tensor in as_plain(move(nest, torch.device("meta")))[1])


class Pair(NamedTuple):
    one: torch.Tensor
    other: list


def test_a_tuple_with_names_keeps_them():
    moved = move(Pair(torch.ones(2), [torch.zeros(1), 3]), torch.device("meta"))
    assert isinstance(moved, Pair)
    assert moved.one.device.type == moved.other[0].device.type == "meta"
    assert moved.other[1] == 3
