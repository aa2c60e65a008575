"""The benchmark of GPUs runs, on the CPU in small sizes; what it prints there says nothing of speed."""

import pytest
import torch

from tests.benchmarks import bench_gpu

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


def tables(printed):
    """Rows by the first column's name of their table."""
    found, rows = {}, []
    for line in printed.splitlines():
        cells = line.split("\t")
        if cells[0] in ("way", "batch", "a step of"):
            rows = found.setdefault(cells[0], [])
        else:
            rows.append(cells)
    return found


@pytest.mark.parametrize("device", DEVICES)
def test_it_prints_a_table_a_subject(device, capsys):
    bench_gpu.main(["--device", device, "--tiny", "--decoding", "float32", "float16"])
    printed = capsys.readouterr()
    found = tables(printed.out)
    ways = {"nn.LSTM", "stepper"} | ({"stepper, CUDA graphs"} if device == "cuda" else set())
    expected = {(way, floats, streams) for way in ways for floats in ("float32", "float16") for streams in "13"}
    assert {tuple(row[:3]) for row in found["way"]} == expected
    assert [row[0] for row in found["batch"]] == ["1", "2"]
    assert [row[0] for row in found["a step of"]] == ["language model 2×8, 2×5 tokens", "LeNet-5, 2 images"]
    numbers = [cell for rows in found.values() for row in rows for cell in row[3 if rows is found["way"] else 1 :]]
    assert all(float(cell.replace(",", "").removesuffix("%")) >= 0 for cell in numbers)
    assert f"torch {torch.__version__}" in printed.err
    assert "seed 0" in printed.err


def test_each_way_is_compared_with_nn_lstm_of_as_many_streams(capsys):
    bench_gpu.main(["--device", "cpu", "--tiny"])
    found = tables(capsys.readouterr().out)["way"]
    assert {row[5] for row in found if row[0] == "nn.LSTM"} == {"1.00"}


def test_without_the_device_it_says_so_and_ends(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(SystemExit) as ended:
        bench_gpu.main([])
    assert ended.value.code == 2
    assert "--device cuda: torch finds none on this machine" in capsys.readouterr().err
