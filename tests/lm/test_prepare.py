import numpy as np
import pytest

from nlpbot.core.kernel.errors import ConfigError
from nlpbot.core.kernel.hashes import sha256_of
from nlpbot.lm import prepare as prepare_module
from nlpbot.lm.prepare import describe_run, prepare, read_request


@pytest.fixture
def book(tmp_path):
    (tmp_path / "book.txt").write_text("once upon a time " * 50, encoding="utf-8")
    return tmp_path / "book.txt"


def test_text_files_get_settings_that_suit_them(book):
    request = read_request([book], tokenizer="word", minutes=2.0, seed=3)
    assert (request.settings.tokenizer.kind, request.settings.train.minutes, request.settings.seed) == ("word", 2.0, 3)
    assert request.texts == (book,)


def test_a_settings_file_names_its_texts_from_where_it_lies(rhyme):
    request = read_request([rhyme], minutes=1.0)
    assert request.texts == (rhyme.with_name("rhyme.txt"),)
    assert (request.settings.train.steps, request.settings.train.minutes) == (None, 1.0)


def test_an_option_that_only_goes_with_text_files_is_not_passed_over(rhyme):
    with pytest.raises(ConfigError, match="--tokenizer goes with text files"):
        read_request([rhyme], tokenizer="word")


def test_a_corpus_is_prepared_once(book, tmp_path, monkeypatch):
    request = read_request([book], minutes=1.0)
    first = prepare(request, tmp_path)
    monkeypatch.setattr(prepare_module, "train_tokenizer", None)  # is not to be needed again
    again = prepare(request, tmp_path, resume=True)
    assert np.array_equal(again.train, first.train)
    assert again.tokenizer.to_json() == first.tokenizer.to_json()


@pytest.mark.parametrize(
    ("minutes", "measured"), [(None, 200_000), (0.001, 1_000), (0.5, 20_000), (3.0, 120_000), (60.0, 200_000)]
)
def test_in_little_time_little_is_measured_on_also_when_it_is_resumed(rhyme, tmp_path, minutes, measured):
    request = read_request([rhyme], minutes=minutes)
    assert prepare(request, tmp_path).most_measured == measured
    assert prepare(request, tmp_path, resume=True).most_measured == measured


def test_a_run_that_was_stopped_while_it_prepared_prepares_anew(book, tmp_path):
    first = prepare(read_request([book]), tmp_path)
    (tmp_path / "corpus.json").unlink()
    (tmp_path / "train.ids").write_bytes(b"half")
    again = prepare(read_request([book]), tmp_path, resume=True)
    assert np.array_equal(again.train, first.train)
    assert (tmp_path / "corpus.json").is_file()


def test_texts_of_one_name_in_two_folders_are_told_apart(tmp_path):
    texts = [tmp_path / folder / "text.txt" for folder in "ab"]
    for text in texts:
        text.parent.mkdir()
        text.write_text(f"the text of {text.parent.name} " * 9)
    assert read_request(texts).hashes() == {str(text): sha256_of(text) for text in texts}


def test_a_text_to_train_on_is_none_to_validate_on(book, tmp_path):
    (tmp_path / "copy.txt").write_bytes(book.read_bytes())
    with pytest.raises(
        ConfigError, match=r"copy.txt: the same text as .*book.txt, which is trained on; another expected"
    ):
        read_request([book], valid=tmp_path / "copy.txt")


def test_a_file_of_its_own_to_validate_on_leaves_the_text_whole(book, tmp_path):
    (tmp_path / "valid.txt").write_text("a time")
    request = read_request([book], valid=tmp_path / "valid.txt")
    corpus = prepare(request, tmp_path)
    assert (len(corpus.train), len(corpus.valid)) == (850, 6)
    assert set(request.hashes()) == {"book.txt", "valid.txt"}
    assert describe_run(request.settings, corpus).startswith(
        "LSTM 1×128 over chars, 0.25 min: 850 tokens to train on, 6 to validate on, "
    )


def test_a_text_is_as_long_as_its_characters_are_many_whatever_the_script(tmp_path):
    hidden = []
    for name, character in (("english.txt", "a"), ("korean.txt", "가")):
        (tmp_path / name).write_text((character * 9 + " ") * 1_500, encoding="utf-8")
        hidden.append(read_request([tmp_path / name]).settings.network.hidden)
    assert hidden[0] == hidden[1]
