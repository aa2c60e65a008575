import hashlib
from pathlib import Path

import pytest
import torch

from nlpbot.core import reproducibility
from nlpbot.core.reproducibility import distinct_names, hashes_of, library_versions, seeded, sha256_of


def test_a_seed_repeats_and_leaves_the_generator_outside_as_it_was() -> None:
    def drawn(seed: int) -> list[float]:
        with seeded(seed) as rng:
            return [*torch.rand(2).tolist(), float(rng.random())]

    torch.manual_seed(5)
    wanted = torch.rand(3)
    torch.manual_seed(5)
    assert drawn(1) == drawn(1) != drawn(2)
    assert torch.equal(torch.rand(3), wanted)


@pytest.mark.parametrize("content", [b"", b"abc" * 10, b"abcd"])
def test_hashes_are_of_the_whole_file(tmp_path: Path, content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reproducibility, "CHUNK_BYTES", 4)
    path = tmp_path / "a"
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()


def test_the_libraries_that_decide_a_result_are_named() -> None:
    versions = library_versions()
    assert {"nlpbot", "torch", "numpy"} <= set(versions)
    assert all(version[0].isdigit() for version in versions.values())


def test_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    assert distinct_names(["a/x.txt", "y.txt", Path("b") / "x.txt"]) == ["a/x.txt", "y.txt", "b/x.txt"]
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    files = [tmp_path / "a.txt", tmp_path / "b.txt"]
    assert hashes_of(files) == {"a.txt": sha256_of(files[0]), "b.txt": sha256_of(files[1])}
