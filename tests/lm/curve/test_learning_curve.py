import json
import tempfile

import numpy as np
import pytest

from nlpbot.core.kernel.errors import ConfigError, DataError
from nlpbot.lm.curve import learning_curve as curve
from nlpbot.lm.curve.learning_curve import nested_part, parse_fractions


@pytest.fixture
def quick(rhyme, tmp_path):
    """The rhyme's settings, ten steps long."""
    text = rhyme.read_text(encoding="utf-8").replace("rhyme.txt", str(rhyme.with_name("rhyme.txt")))
    (tmp_path / "quick.toml").write_text(text.replace("steps = 200", "steps = 10"), encoding="utf-8")
    return tmp_path / "quick.toml"


@pytest.fixture
def scratch(tmp_path, monkeypatch):
    """The folder that temporary files go to."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_the_curve_names_every_fraction_and_forecasts(nlpbot, quick, scratch):
    result = nlpbot("lm", "curve", quick, "--fractions", "1/8,1/4,1/2,1", "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    points = report["points"]
    assert [point["fraction"] for point in points] == [0.125, 0.25, 0.5, 1]
    whole = points[-1]["tokens"]
    assert [point["tokens"] for point in points] == [int(whole * fraction) for fraction in (0.125, 0.25, 0.5, 1)]
    assert {point["steps"] for point in points} == {10}  # the same budget
    assert all(point["valid_loss"] > 0 and point["baseline_loss"] > 0 for point in points)
    assert points[-1]["baseline_loss"] < points[0]["baseline_loss"]
    assert set(report["forecast"]) == {"lstm", "baseline"}
    assert "says" in report["forecast"]["lstm"]
    assert list(scratch.glob("nlpbot-*")) == []


def test_without_json_a_table_and_a_sentence_come(nlpbot, quick):
    three = nlpbot("lm", "curve", quick, "--fractions", "1/4,1/2,1").stdout
    assert "LSTM, trained as long: " in three
    assert "n-grams: " in three
    assert (
        "can't be said from fewer than three fractions" in nlpbot("lm", "curve", quick, "--fractions", "1/2,1").stdout
    )


def test_epochs_become_the_steps_of_the_whole_text(nlpbot, quick):
    quick.write_text(quick.read_text(encoding="utf-8").replace("steps = 10", "epochs = 1"), encoding="utf-8")
    points = json.loads(nlpbot("lm", "curve", quick, "--fractions", "1/4,1", "--json").stdout)["points"]
    assert points[0]["steps"] == points[1]["steps"] > 10


def test_ctrl_c_leaves_nothing(nlpbot, quick, scratch, monkeypatch):
    def stopped(*args, **kwargs):
        assert len(list(scratch.glob("nlpbot-*"))) == 2  # the corpus, and the fraction of it
        raise KeyboardInterrupt

    monkeypatch.setattr(curve, "fit_baseline", stopped)
    result = nlpbot("lm", "curve", quick)
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (130, "error: stopped")
    assert list(scratch.glob("nlpbot-*")) == []


def test_parts_are_nested_and_spread_over_the_text(tmp_path):
    ids = np.arange(40_000, dtype=np.uint16)
    half, quarter = (
        set(nested_part(ids, fraction, path=tmp_path / str(fraction)).tolist()) for fraction in (1 / 2, 1 / 4)
    )
    assert quarter < half
    assert (len(quarter), len(half)) == (10_000, 20_000)
    assert max(quarter) > 32_000  # from the last segment too
    assert np.array_equal(nested_part(ids, 1, path=tmp_path / "all"), ids)


def test_a_part_of_less_than_two_tokens_is_refused(tmp_path):
    with pytest.raises(DataError, match="at least 2 tokens expected"):
        nested_part(np.arange(10), 0.1, path=tmp_path / "part")


def test_fractions_are_sorted_and_without_twins():
    assert parse_fractions("1, 1/4,0.25,1/2") == (0.25, 0.5, 1.0)


@pytest.mark.parametrize(
    "fractions", ["", "a,1", "1/0,1", "0,1", "1/2,3/2", "nan,1", "-1,1", "1", "1/2,0.5", "1e999999999,1"]
)
def test_fractions_that_are_none_are_refused(fractions):
    with pytest.raises(ConfigError, match="two or more numbers above 0 and at most 1 expected"):
        parse_fractions(fractions)


def test_a_text_of_which_nothing_is_kept_back_is_refused(nlpbot, quick):
    quick.write_text("valid_fraction = 0\n" + quick.read_text(encoding="utf-8"), encoding="utf-8")
    result = nlpbot("lm", "curve", quick)
    assert result.exit_code == 2
    assert "0 tokens kept back; at least 2 expected, by --valid or valid_fraction" in result.stderr
