import json

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """A dark bar across on light paper, and a light bar down on dark."""
    folder = tmp_path_factory.mktemp("pictures")
    across, down = np.full((40, 50), 255, np.uint8), np.zeros((50, 40), np.uint8)
    across[18:22, 5:45] = 0
    down[5:45, 18:22] = 255
    Image.fromarray(across).save(folder / "across.png")
    Image.fromarray(down).save(folder / "down.png")
    return folder / "across.png", folder / "down.png"


def test_train_prints_a_table_with_the_baseline_beside(nlpbot, config, tmp_path):
    result = nlpbot("vision", "train", config, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.stderr
    assert "lenet5 (served)" in result.stdout
    assert "accuracy held back" in result.stdout
    assert "3 nearest neighbours" in result.stdout


def test_evaluate_prints_a_table_or_one_json_document(nlpbot, bundle, config):
    assert "accuracy" in nlpbot("vision", "evaluate", bundle, config).stdout
    report = json.loads(nlpbot("vision", "evaluate", bundle, config, "--json").stdout)
    assert (report["n"], report["accuracy"]) == (30, 1.0)
    assert report["labels"]["0"] == {"n": 10, "precision": 1.0, "recall": 1.0, "f1": 1.0}


def test_what_was_predicted_for_each_image_can_be_written(nlpbot, bundle, config, tmp_path):
    out = tmp_path / "judged.csv"
    assert nlpbot("vision", "evaluate", bundle, config, "--predictions", out).exit_code == 0
    header, *rows = out.read_text().splitlines()
    assert header == "image,label,predicted,probability"
    assert [row.split(",")[0] for row in rows] == [str(n) for n in range(30)]
    assert all(row.split(",")[1] == row.split(",")[2] for row in rows)


def test_classify_prints_a_line_a_picture(nlpbot, bundle, pictures):
    lines = nlpbot("vision", "classify", bundle, *pictures).stdout.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [[str(pictures[0]), "0"], [str(pictures[1]), "1"]]
    found = json.loads(nlpbot("vision", "classify", bundle, *pictures, "--json").stdout)["images"]
    assert [image["digit"] for image in found] == [0, 1]
    assert all(1 / 3 < image["probability"] <= 1 for image in found)


def test_what_the_user_can_mend_is_one_line(nlpbot, bundle, config, pictures, tmp_path):
    wrong = tmp_path / "wrong.toml"
    wrong.write_text('data = "idx"\nfolder = "nowhere"\n', encoding="utf-8")
    unknown = tmp_path / "unknown.toml"
    unknown.write_text("modle = 1\n", encoding="utf-8")
    refusals = [
        (("train", config, "--out", bundle), "exists already"),
        (("train", wrong, "--out", tmp_path / "out"), "nowhere"),
        (("train", unknown, "--out", tmp_path / "out"), "unknown.toml: modle"),
        (("evaluate", tmp_path, config), "no bundle there"),
        (("evaluate", bundle, config.parent / "absent.toml"), "absent.toml"),
        (("classify", bundle, config), "not a picture that is known here"),
        (("classify", bundle, tmp_path / "absent.png"), "absent.png"),
    ]
    for args, says in refusals:
        result = nlpbot("vision", *args)
        assert result.exit_code == 2, args
        assert result.stdout == ""
        (line,) = result.stderr.splitlines()
        assert line.startswith("error: ")
        assert says in line
    assert not (tmp_path / "out").exists()
