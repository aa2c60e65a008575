import json

import pytest

from nlpbot.generation import LanguageModelStepper, Sampling
from nlpbot.lm.generate import GenerationOptions, best_texts, sample_texts
from nlpbot.lm.predictor import GenerateRequest

LIVELY = Sampling(temperature=1.5, max_tokens=40, seed=3)
LONG = Sampling(max_tokens=40)


def test_samples_are_what_each_seed_alone_makes(rhymer):
    texts = sample_texts(rhymer, "the ", GenerationOptions(LIVELY, samples=3))
    assert [text.seed for text in texts] == [3, 4, 5]
    alone = [
        sample_texts(rhymer, "the ", GenerationOptions(Sampling(temperature=1.5, max_tokens=40, seed=n)))[0]
        for n in (3, 4, 5)
    ]
    assert [text.text for text in texts] == [text.text for text in alone]
    assert len({text.text for text in texts}) == 3
    assert {text.finish_reason for text in texts} == {"length"}


def test_a_text_ends_before_a_stop_text_and_nothing_is_made_after_it(rhymer, monkeypatch):
    [free] = sample_texts(rhymer, "the ", GenerationOptions(LIVELY))
    stop = free.text[20:23]
    steps = []
    step = LanguageModelStepper.step
    monkeypatch.setattr(LanguageModelStepper, "step", lambda stepper: steps.append(1) or step(stepper))
    [text] = sample_texts(rhymer, "the ", GenerationOptions(LIVELY, stop=(stop, "xyz")))
    assert text.text == free.text[: free.text.index(stop)]
    assert text.finish_reason == "stop"
    assert len(steps) == len(text.text + stop)  # a step makes a character; the prompt is read before the first


def test_beam_search_finds_likelier_texts_than_the_likeliest_token_each_time(rhymer):
    found = best_texts(rhymer, "the", GenerationOptions(LONG, samples=3, beams=4, length_penalty=0.0))
    [greedy] = best_texts(rhymer, "the", GenerationOptions(LONG, beams=1, length_penalty=0.0))
    [likeliest] = sample_texts(rhymer, "the", GenerationOptions(Sampling(temperature=0, max_tokens=40)))
    assert greedy.text == likeliest.text
    assert len({text.text for text in found}) == 3
    assert found[0].score >= found[1].score >= found[2].score
    assert found[0].score >= greedy.score - 1e-4


def test_beam_search_ends_before_a_stop_text(rhymer):
    free, *_ = best_texts(rhymer, "the cat", GenerationOptions(LONG, beams=3))
    stopped = best_texts(rhymer, "the cat", GenerationOptions(LONG, samples=3, beams=3, stop=(" the",)))
    assert " the" in free.text
    assert not any(" the" in text.text for text in stopped)
    assert "stop" in {text.finish_reason for text in stopped}


def test_no_n_gram_of_the_prompt_or_the_text_comes_again(rhymer):
    prompt = "the cat sat on the "
    drawn = sample_texts(rhymer, prompt, GenerationOptions(Sampling(temperature=0, no_repeat_ngram=6, max_tokens=60)))
    found = best_texts(rhymer, prompt, GenerationOptions(Sampling(no_repeat_ngram=6, max_tokens=60), beams=2))
    for text in (*drawn, *found):
        whole = prompt + text.text
        assert len({whole[at : at + 6] for at in range(len(whole) - 5)}) == len(whole) - 5


@pytest.fixture
def generate(nlpbot, rhyme_run):
    def run(*args, stdin=None):
        return nlpbot("lm", "generate", rhyme_run[0], *args, stdin=stdin)

    return run


def test_several_samples_are_printed_under_their_seeds(generate, rhymer):
    expected = rhymer.predict(
        [GenerateRequest("the ", Sampling(temperature=1.5, max_tokens=9, seed=n)) for n in (7, 8)]
    )
    args = ("--prompt", "the ", "--samples", "2", "--seed", "7", "--temperature", "1.5", "--tokens", "9")
    rule = "─" * 8
    shown = "".join(f"{rule} seed {n} {rule}\nthe {text}\n" for n, text in zip((7, 8), expected, strict=True))
    assert generate(*args).stdout == shown
    samples = [{"text": t, "finish_reason": "length", "seed": n} for n, t in zip((7, 8), expected, strict=True)]
    assert json.loads(generate(*args, "--json").stdout) == {"prompt": "the ", "samples": samples}


def test_a_text_printed_as_it_is_made_ends_before_a_stop_text(generate):
    args = ("--prompt", "the ", "--temperature", "0")
    shown = generate(*args, "--stop", " the", "--stop", "xyz").stdout
    assert shown == generate(*args).stdout.partition(" the")[0] + "\n"
    document = json.loads(generate(*args, "--stop", " the", "--json").stdout)
    assert document == {"prompt": "the ", "text": shown[4:-1], "finish_reason": "stop", "seed": 0}


def test_beams_are_printed_under_their_scores(generate):
    args = ("--prompt", "the cat", "--beams", "3", "--tokens", "8")
    shown = generate(*args, "--samples", "2").stdout.splitlines()
    assert shown[0].startswith("──────── score -")
    assert len(shown[1]) == len("the cat") + 8
    assert generate(*args).stdout == shown[1] + "\n"
    document = json.loads(generate(*args, "--json").stdout)
    assert set(document) == {"prompt", "text", "finish_reason", "score"}


def test_a_prompt_may_come_from_a_file_which_is_not_printed_again(generate, tmp_path):
    (tmp_path / "prompt.txt").write_text("the cat sat on the mat.\nthe dog", encoding="utf-8")
    asked = ("--temperature", "0", "--tokens", "4")
    expected = (
        generate("--prompt", "the cat sat on the mat.\nthe dog", *asked).stdout.splitlines()[-1].removeprefix("the dog")
    )
    assert generate("--prompt-file", tmp_path / "prompt.txt", *asked).stdout == f"{expected}\n"
    assert len(generate("--prompt-file", "-", *asked, stdin="the dog").stdout) == 5
    refused = generate("--prompt-file", tmp_path / "prompt.txt", "--prompt", "the")
    assert (refused.exit_code, refused.stderr[:57]) == (2, "error: --prompt and --prompt-file: one of them expected; ")


def test_what_was_never_seen_is_said_in_one_line(generate):
    told = generate("--prompt", "the 고양이 🙂", "--tokens", "3").stderr
    assert told == "never seen in training, so read as their UTF-8 bytes: the characters '고', '양', '이', '🙂'\n"
    assert generate("--prompt", "the cat", "--tokens", "3").stderr == ""


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--stop", ""), "--stop: empty; text of at least one character expected"),
        (("--beams", "2", "--samples", "3"), "--samples 3: more than --beams 2"),
        (("--beams", "2", "--top-k", "3"), "--beams: samples nothing; leave --top-k"),
        (("--beams", "0"), "0 is not in the range"),
        (("--min-p", "2"), "2.0 is not in the range"),
        (("--repetition-penalty", "0"), "0.0 is not in the range"),
        (("--no-repeat-ngram", "-1"), "-1 is not in the range"),
    ],
)
def test_options_that_make_no_sense_are_one_line(generate, args, says):
    refused = generate(*args)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("error: ")
    assert says in refused.stderr
    assert refused.stderr.count("\n") == 1
