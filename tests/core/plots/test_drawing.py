import json
import sys

import numpy as np
import pytest
from matplotlib import font_manager

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.plots.drawing import (
    PICTURE_KINDS,
    check_plot,
    curves_figure,
    font_families,
    plot_curves,
    plot_words,
    words_figure,
)
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


FOUR = np.array([[0.0, 0], [1, 1], [0.02, 0], [0.5, 0.9]])
DRAWN = {"groups": [0, 1, 0, 1], "asked": [True, True, False, False], "shares": (0.4, 0.255)}


def names(figure):
    (axes,) = figure.axes
    return {text.get_text(): text for text in axes.texts if text.get_text()}


def test_words_are_named_by_group_and_what_was_asked_is_larger():
    figure = words_figure(["cat", "loan", "dog", "cash"], FOUR, **DRAWN)
    found = names(figure)
    assert list(found) == ["cat", "loan", "dog", "cash"]
    assert found["cat"].get_color() == found["dog"].get_color() != found["loan"].get_color()
    assert found["cat"].get_size() == found["loan"].get_size() > found["dog"].get_size()
    assert figure.axes[0].get_xlabel() == "first direction, 40 % of the variance"
    assert figure.axes[0].get_ylabel() == "second direction, 26 % of the variance"


def test_no_name_hides_another_or_leaves_the_picture():
    words = [f"word{n}" for n in range(30)]
    places = np.random.default_rng(0).normal(size=(30, 2))
    figure = words_figure(words, places, groups=[0] * 30, asked=[False] * 30, shares=(0.5, 0.5))
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in names(figure).values()]
    frame = figure.axes[0].get_window_extent()
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 <= frame.y1 for box in boxes)
    assert not [1 for a in range(30) for b in range(a) if boxes[a].overlaps(boxes[b])]


def test_many_words_get_a_larger_picture():
    def width(count):
        ones = {"groups": [0] * count, "asked": [False] * count, "shares": (0.5, 0.5)}
        return words_figure(["w"] * count, np.zeros((count, 2)), **ones).get_figwidth()

    assert width(40) == width(3) == 8
    assert width(60) > 8


@pytest.mark.parametrize("kind", PICTURE_KINDS)
def test_a_picture_of_words_is_written(tmp_path, kind):
    plot_words(["cat", "loan", "dog", "cash"], FOUR, tmp_path / f"w{kind}", **DRAWN)
    assert (tmp_path / f"w{kind}").stat().st_size > 1000


def test_a_font_is_found_for_letters_that_the_usual_one_lacks(monkeypatch):
    usual = font_manager.findfont("DejaVu Sans")
    one = font_manager.findfont("STIXGeneral")
    lacking = min(font_manager.get_font(one).get_charmap().keys() - font_manager.get_font(usual).get_charmap().keys())
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [usual, one])
    assert font_families("cat") == ["sans-serif"]
    assert font_families("cat" + chr(lacking)) == ["sans-serif", "STIXGeneral"]


def test_a_damaged_font_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "NanumGothic.ttf").write_bytes(b"no font")
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [str(tmp_path / "NanumGothic.ttf")])
    with pytest.raises(ConfigError, match="no font here has '한'"):
        font_families("한")


def test_signs_of_mathematics_are_words_too():
    figure = words_figure(["$a_b$", "^"], FOUR[:2], groups=[0, 1], asked=[True, True], shares=(1.0, 0.0))
    figure.canvas.draw()
    assert list(names(figure)) == ["$a_b$", "^"]


def test_letters_without_a_font_are_an_error_that_names_one(monkeypatch):
    monkeypatch.setattr(font_manager, "findSystemFonts", list)
    with pytest.raises(ConfigError, match=r"no font here has '바한'; install one, such as Debian's fonts-nanum"):
        font_families("바 한 cat")
