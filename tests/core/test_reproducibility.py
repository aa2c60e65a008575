import pytest
import torch

from nlpbot.core.reproducibility import library_versions, seeded, threads


def test_a_seed_repeats_and_leaves_the_generator_outside_as_it_was() -> None:
    def drawn(seed: int) -> list[float]:
        with seeded(seed) as rng:
            return [*torch.rand(2).tolist(), float(rng.random())]

    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    assert drawn(1) == drawn(1) != drawn(2)
    assert torch.equal(torch.rand(3), wanted)


def test_thread_counts_are_put_back_also_after_an_error() -> None:
    before = torch.get_num_threads()

    def fail() -> None:
        with threads(before + 1):
            assert torch.get_num_threads() == before + 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert torch.get_num_threads() == before


def test_the_libraries_that_decide_a_result_are_named() -> None:
    versions = library_versions()
    assert {"nlpbot", "torch", "numpy"} <= set(versions)
    assert all(version[0].isdigit() for version in versions.values())
