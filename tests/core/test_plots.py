import json
import sys

import pytest

from nlpbot.core.errors import ConfigError
from nlpbot.core.plots import PICTURE_KINDS, check_plot, curves_figure, plot_curves
from nlpbot.core.training import Point

VALID = {10: 3.0, 20: 2.0, 30: 2.5, 40: 3.0}


def points(valid=VALID):
    return [Point(step, 30 / step, valid.get(step), 0.001, 1.0) for step in range(5, 45, 5)]


def lines(figure):
    (axes,) = figure.axes
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()}


def test_both_losses_are_drawn_and_overfitting_is_marked():
    drawn = lines(curves_figure(points()))
    assert drawn["training"][0] == list(range(5, 45, 5))
    assert drawn["validation"] == (list(VALID), list(VALID.values()))
    assert drawn["over-fitting starts at step 20"][0] == [20, 20]


def test_what_was_not_measured_is_not_drawn():
    assert set(lines(curves_figure(points({})))) == {"training"}
    assert set(lines(curves_figure(points({10: 3.0, 40: 2.0})))) == {"training", "validation"}
    assert curves_figure(points({}), unit="nats a text").axes[0].get_ylabel() == "loss (nats a text)"


@pytest.mark.parametrize("kind", PICTURE_KINDS)
def test_each_kind_of_picture_is_written(tmp_path, kind):
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
    plot_curves(points(), tmp_path / f"c{kind}")
    assert (tmp_path / f"c{kind}").read_bytes().startswith(starts[kind])


@pytest.mark.parametrize(("name", "says"), [("c.txt", "ends in .png"), ("c", "ends in .png"), ("no/c.png", "no such")])
def test_a_picture_that_can_not_be_written_is_refused(tmp_path, name, says):
    with pytest.raises(ConfigError, match=says):
        check_plot(tmp_path / name)


def test_without_matplotlib_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ConfigError, match=r"pip install 'nlpbot\[plots\]'"):
        check_plot(tmp_path / "c.png")


def test_a_training_run_draws_its_losses(nlpbot, tmp_path):
    (tmp_path / "a.toml").write_text(
        'text = "abcabcabcabc"\n[network]\nhidden = 4\nembedding = 4\n[train]\nsteps = 3\n'
    )
    picture, out = tmp_path / "a.png", tmp_path / "out"
    result = nlpbot("lm", "train", tmp_path / "a.toml", "--out", out, "--plot", picture, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["steps"] == 3
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_picture_is_refused_before_training(nlpbot, tmp_path):
    (tmp_path / "a.txt").write_text("abc" * 50)
    result = nlpbot("lm", "train", tmp_path / "a.txt", "--out", tmp_path / "out", "--plot", tmp_path / "a.doc")
    assert (result.exit_code, result.stderr.count("error: ")) == (2, 1)
    assert not list(tmp_path.glob("out*"))
