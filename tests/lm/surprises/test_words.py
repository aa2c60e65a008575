import json
import re

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer, SubwordTokenizer, WordTokenizer
from nlpbot.lm.measure.reading import start_of_text
from nlpbot.lm.predictor import LmPredictor
from nlpbot.lm.surprises import words as surprised_words
from nlpbot.lm.surprises.surprise import token_surprisals
from nlpbot.lm.surprises.words import Line, Word, most_surprising, shaded, surprised_lines

TEXT = "Ein Satz, 한글 🙂  und\n\n  noch einer -- don't.\tEnde \n"
TOKENIZERS = {
    "char": CharacterTokenizer.train([TEXT[:20]]),
    "word": WordTokenizer.train([TEXT[:20]]),
    "punctuation": WordTokenizer.train([TEXT[:20]], split="punctuation", lower=True),
    "bpe": SubwordTokenizer.train([TEXT * 3], size=300),
    "unigram": SubwordTokenizer.train([TEXT * 3], size=300, algorithm="unigram"),
}
PREDICTORS = {}


@pytest.fixture(params=TOKENIZERS)
def predictor(request):
    return predictor_of(request.param)


def predictor_of(name):
    if name not in PREDICTORS:
        torch.manual_seed(0)
        size = len(TOKENIZERS[name].vocabulary)
        network = LanguageModel(LanguageModelConfig(vocabulary=size, embedding=4, hidden=5))
        PREDICTORS[name] = LmPredictor(network, TOKENIZERS[name], torch.device("cpu"))
    return PREDICTORS[name]


def whole_nats(predictor, text):
    ids = np.array(predictor.tokenizer.encode(text), dtype=np.int64)
    start = np.array(start_of_text(predictor.tokenizer))
    return token_surprisals(predictor.model, ids, predictor.device, before=start)


def test_words_stand_where_they_say_and_none_is_left_out(predictor):
    lines = list(surprised_lines(predictor, TEXT.split("\n")))
    assert [line.text for line in lines] == TEXT.split("\n")
    assert [line.number for line in lines] == [1, 2, 3, 4]
    for line in lines:
        assert [word.word for word in line.words] == line.text.split()
        assert [line.text[word.start : word.end] for word in line.words] == line.text.split()


@pytest.mark.parametrize("name", TOKENIZERS)
@given(text=st.text("aΣ한é.,'\"-1 \n\t🙂", max_size=40))
def test_lines_together_have_the_nats_of_the_whole_text(name, text):
    predictor = predictor_of(name)
    lines = list(surprised_lines(predictor, text.split("\n")))
    nats = whole_nats(predictor, text)
    assert sum(line.tokens for line in lines) == len(nats)
    assert sum(line.nats for line in lines) == pytest.approx(float(nats.sum()), rel=1e-4)
    assert all(0 <= sum(word.nats for word in line.words) <= line.nats + 1e-4 for line in lines)


def test_a_word_has_the_nats_of_its_characters_and_the_space_before_it():
    predictor = predictor_of("char")
    [line] = surprised_lines(predictor, ["Ein Satz"])
    nats = whole_nats(predictor, "Ein Satz")
    assert [word.nats for word in line.words] == pytest.approx([nats[:3].sum(), nats[3:].sum()], rel=1e-4)
    assert line.nats_per_token == pytest.approx(nats.mean(), rel=1e-4)


def test_the_state_is_carried_from_section_to_section(monkeypatch):
    predictor, lines = predictor_of("char"), ["Ein Satz", "und noch", "einer"] * 5
    expected = [line.nats for line in surprised_lines(predictor, lines)]
    monkeypatch.setattr(surprised_words, "SECTION", 20)
    found = list(surprised_lines(predictor, lines))
    assert [line.nats for line in found] == pytest.approx(expected, abs=1e-4)
    assert [line.number for line in found] == list(range(1, 16))


def test_no_lines_have_no_surprise_and_an_empty_one_none_a_token():
    assert list(surprised_lines(predictor_of("char"), [])) == []
    assert list(surprised_lines(predictor_of("char"), [""])) == [Line(1, "", (), 0.0, 0)]
    assert Line(1, "", (), 0.0, 0).nats_per_token == 0


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("the cat sat on the mat.\nthe dog sat on the\tzebra!\n", encoding="utf-8")
    return path


def test_json_tells_of_every_word_of_every_line(nlpbot, rhyme_run, letter):
    document = json.loads(nlpbot("lm", "surprise", rhyme_run[0], letter, "--json", "--top", "1").stdout)
    assert set(document) == {"tokens", "nats_per_token", "lines", "top"}
    assert document["tokens"] == sum(line["tokens"] for line in document["lines"])
    first, second = document["lines"]
    assert first["line"] == 1
    assert first["text"] == "the cat sat on the mat."
    assert first["nats_per_token"] < second["nats_per_token"]
    assert [word["word"] for word in second["words"]] == ["the", "dog", "sat", "on", "the", "zebra!"]
    zebra = second["words"][-1]
    assert (zebra["start"], zebra["end"]) == (19, 25)
    assert document["top"] == [{"line": 2, **zebra}]
    assert zebra["nats"] > 10 * first["words"][1]["nats"]


def test_piped_each_line_is_a_json_object(nlpbot, rhyme_run, letter):
    piped = [json.loads(line) for line in nlpbot("lm", "surprise", rhyme_run[0], letter).stdout.splitlines()]
    assert piped == json.loads(nlpbot("lm", "surprise", rhyme_run[0], letter, "--json").stdout)["lines"]


def test_the_most_surprising_words_are_a_table_or_in_a_pipe_its_rows(nlpbot, rhyme_run, letter, monkeypatch):
    surprise = ("lm", "surprise", rhyme_run[0], letter, "--top", "2")
    header, *rows = [line.split("\t") for line in nlpbot(*surprise).stdout.splitlines()]
    assert header == ["nats a character", "nats", "word", "line", "characters"]
    top = json.loads(nlpbot(*surprise, "--json").stdout)["top"]
    assert [(row[2], row[3]) for row in rows] == [(word["word"], str(word["line"])) for word in top]
    monkeypatch.setenv("FORCE_COLOR", "1")
    table = nlpbot(*surprise).stdout
    assert "zebra!" in table
    assert "19–25" in table
    assert "cat" not in table


def test_a_text_may_come_from_a_pipe(nlpbot, rhyme_run, letter):
    from_file = nlpbot("lm", "surprise", rhyme_run[0], letter, "--json").stdout
    assert nlpbot("lm", "surprise", rhyme_run[0], "-", "--json", stdin=letter.read_text()).stdout == from_file


def test_words_rank_by_nats_a_character_so_that_long_ones_are_not_always_first():
    long, short = Word("characteristically", 0, 18, 38.0), Word("qx", 19, 21, 12.0)
    line = Line(1, "characteristically qx", (long, short), 50.0, 21)
    assert [word for _, word in most_surprising([line], 2)] == [short, long]
    assert (long.nats_per_character, short.nats_per_character) == (2.0, 4.0)


def test_a_terminal_shows_the_lines_with_their_words_shaded(nlpbot, rhyme_run, letter, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = nlpbot("lm", "surprise", rhyme_run[0], letter).stdout.splitlines()
    assert shown[0] == "the cat sat on the mat."
    assert re.search(r"48;5;\d+mzebra!\x1b\[0m", shown[1])
    assert shown[-1].startswith("nats a character from: ")


def test_a_terminal_without_colours_shows_the_most_surprising_words(nlpbot, rhyme_run, letter, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "dumb")
    shown = nlpbot("lm", "surprise", rhyme_run[0], letter).stdout
    assert "{" not in shown
    assert shown.splitlines()[0] == f"{letter}: the most surprising words"
    assert "zebra!" in shown


@pytest.mark.parametrize(("nats", "shade"), [(7.9, 0), (8.0, 1), (12.0, 2), (16.5, 3), (99.0, 4)])
def test_the_more_surprising_a_word_the_stronger_its_shade(nats, shade):
    line = Line(1, "a cat sat", (Word("cat", 2, 5, nats),), nats, 9)
    assert list(shaded(line)) == [("a ", 0), ("cat", shade), (" sat", 0)]


def test_what_can_t_be_read_is_named_by_its_line(nlpbot, tmp_path):
    settings = "valid_fraction = 0\n[tokenizer]\nbyte_fallback = false\n[train]\nsteps = 2\n"
    (tmp_path / "a.toml").write_text('text = "abab\\nab"\n' + settings)
    assert nlpbot("lm", "train", tmp_path / "a.toml", "--out", tmp_path / "out").exit_code == 0
    (tmp_path / "b.txt").write_text("ab\nab ab\n")
    refused = nlpbot("lm", "surprise", tmp_path / "out", tmp_path / "b.txt")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "b.txt:2: ' ' is not among the 3 symbols" in refused.stderr
