import torch

from nlpbot.core.bundles.predictor import Predictor
from nlpbot.core.runs.ablation import ablated, ablation_tables


class Counting(Predictor):
    """Of some size, right as often as it is said."""

    kind = "counting"

    def __init__(self, numbers, right):
        self.numbers, self.right = numbers, right

    @classmethod
    def from_bundle(cls, bundle, device):
        raise NotImplementedError

    def save(self, draft):
        draft.write_tensors("weights.safetensors", {"weights": torch.zeros(self.numbers)})
        return {}


def test_each_part_left_out_has_its_metrics_time_and_size():
    found = ablated(Counting(1_000_000, 0.9), {"half": Counting(500_000, 0.7)}, lambda p: {"accuracy": p.right})
    assert {name: values["accuracy"] for name, values in found.items()} == {"nothing": 0.9, "half": 0.7}
    assert {name: values["size_mb"] for name, values in found.items()} == {"nothing": 4.0, "half": 2.0}
    assert all(values["answering_s"] >= 0 for values in found.values())
    (table,) = ablation_tables(found, {"accuracy": "accuracy", "mrr": "MRR"})
    assert table.columns == ["left out", "accuracy", "answering (s)", "MB"]
    assert [row[:2] for row in table.rows] == [["nothing", "0.9000"], ["half", "0.7000"]]


def test_nothing_found_is_no_table():
    assert ablation_tables({}, {"accuracy": "accuracy"}) == []
