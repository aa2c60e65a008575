import torch

from nlpbot.core.kernel.reproducibility import library_versions, seeded


def test_a_seed_repeats_and_leaves_the_generator_outside_as_it_was() -> None:
    def drawn(seed: int) -> list[float]:
        with seeded(seed) as rng:
            return [*torch.rand(2).tolist(), float(rng.random())]

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    assert drawn(1) == drawn(1) != drawn(2)
    assert torch.equal(torch.rand(3), expected)


def test_the_libraries_that_decide_a_result_are_named() -> None:
    versions = library_versions()
    assert {"nlpbot", "torch", "numpy"} <= set(versions)
    assert all(version[0].isdigit() for version in versions.values())
