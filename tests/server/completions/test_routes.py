"""Completions: by OpenAI's own client library, and by requests that go to the limits."""

import json

import openai
import pytest
from flask.testing import FlaskClient

from nlpbot.generation import Sampling
from nlpbot.lm.generate import GenerationOptions, best_texts
from nlpbot.parts import LM
from server.engines import Engines


def test_the_library_gets_a_completion_whole_and_streamed(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 12, "seed": 3, "temperature": 0.8}
    whole = library.completions.create(**expected, logprobs=1)
    text = whole.choices[0].text
    assert whole.choices[0].finish_reason == "length"
    logprobs = whole.choices[0].logprobs
    assert logprobs is not None
    assert len(logprobs.tokens or []) == len(logprobs.token_logprobs or []) == 12
    assert all(value <= 0 for value in logprobs.token_logprobs or [])
    streamed = list(library.completions.create(**expected, stream=True))
    assert "".join(chunk.choices[0].text for chunk in streamed) == text
    assert streamed[-1].choices[0].finish_reason == "length"
    assert library.completions.create(**{**expected, "seed": 4}).choices[0].text != text


def test_the_library_gets_several_choices_each_as_its_seed_alone_makes_it(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 9}
    choices = library.completions.create(**expected, n=3, seed=5).choices
    assert [choice.index for choice in choices] == [0, 1, 2]
    alone = [library.completions.create(**expected, seed=seed).choices[0].text for seed in (5, 6, 7)]
    assert [choice.text for choice in choices] == alone
    streamed = list(library.completions.create(**expected, n=3, seed=5, stream=True))
    for index, text in enumerate(alone):
        assert "".join(c.choices[0].text for c in streamed if c.choices[0].index == index) == text
    assert {chunk.choices[0].index for chunk in streamed[:5]} == {0, 1, 2}


def test_the_library_gets_the_likeliest_tokens_with_their_places(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 12, "seed": 3}
    choice = library.completions.create(**expected, logprobs=3).choices[0]
    logprobs = choice.logprobs
    assert logprobs is not None
    assert logprobs.text_offset is not None
    for token, value, likeliest in zip(logprobs.tokens, logprobs.token_logprobs, logprobs.top_logprobs, strict=True):
        assert likeliest[token] == value
        assert len(likeliest) == 3 or (len(likeliest) == 4 and value == min(likeliest.values()))
    assert logprobs.text_offset[0] == 0
    assert logprobs.text_offset == sorted(logprobs.text_offset)
    assert library.completions.create(**expected).choices[0].text == choice.text
    bare = library.completions.create(**expected, logprobs=0).choices[0].logprobs
    assert bare is not None
    assert [list(each) for each in bare.top_logprobs or []] == [[token] for token in logprobs.tokens or []]


@pytest.mark.parametrize("stream", [False, True])
def test_the_library_gets_a_text_that_ends_before_a_stop_text(library: openai.OpenAI, stream: bool) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 40, "seed": 3, "temperature": 0.5}
    free = library.completions.create(**expected).choices[0].text
    stop = free[10:13]
    for stops in (stop, ["never that", stop]):
        answer = library.completions.create(**expected, stop=stops, stream=stream)
        choices = [chunk.choices[0] for chunk in (answer if stream else [answer])]
        assert "".join(choice.text for choice in choices) == free[: free.index(stop)]
        assert choices[-1].finish_reason == "stop"


def test_the_library_is_told_of_the_tokens_used(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat 한", "max_tokens": 6, "n": 2}
    usage = library.completions.create(**expected).usage
    assert usage is not None
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (9, 12, 21)
    *_, last = library.completions.create(**expected, stream=True, stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], usage)
    assert all(chunk.choices for chunk in library.completions.create(**expected, stream=True))


def test_the_library_gets_its_prompt_back_if_it_wants(library: openai.OpenAI) -> None:
    choice = library.completions.create(model="lm", prompt="a cat", max_tokens=3, echo=True, logprobs=0).choices[0]
    assert choice.text.startswith("a cat")
    assert choice.logprobs is not None
    assert (choice.logprobs.text_offset or [])[0] == 5


def test_without_a_seed_texts_differ_each_time(library: openai.OpenAI) -> None:
    made = {library.completions.create(model="lm", prompt="a", max_tokens=60).choices[0].text for _ in range(3)}
    assert len(made) == 3


def test_the_library_hands_over_what_openai_does_not_know(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 12, "seed": 3}
    greedy = library.completions.create(**expected, temperature=0).choices[0].text
    for own in ({"top_k": 1}, {"min_p": 1.0}):
        assert library.completions.create(**expected, extra_body=own).choices[0].text == greedy
    text = library.completions.create(**expected, extra_body={"no_repeat_ngram": 1}, logprobs=0).choices[0]
    assert text.logprobs is not None
    assert len(set(text.logprobs.tokens or [])) == 12
    penalised = library.completions.create(**expected, temperature=0, extra_body={"repetition_penalty": 10.0})
    assert penalised.choices[0].text != greedy


def test_the_library_gets_the_likeliest_texts(library: openai.OpenAI, engines: Engines) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 12, "stop": "t", "logprobs": 0}
    own = {"beams": 4, "length_penalty": 1.0}
    answer = library.completions.create(**expected, n=2, extra_body=own)
    options = GenerationOptions(Sampling(max_tokens=12), samples=2, stop=("t",), beams=4, length_penalty=1.0)
    best = best_texts(engines.service(LM).predictor, "a cat", options)
    assert [(choice.text, choice.finish_reason) for choice in answer.choices] == [
        (text.text, text.finish_reason) for text in best
    ]
    assert answer.usage is not None
    assert answer.usage.completion_tokens >= sum(len(choice.logprobs.tokens) for choice in answer.choices)
    streamed = list(library.completions.create(**expected, n=2, extra_body=own, stream=True))
    for index, text in enumerate(best):
        assert "".join(c.choices[0].text for c in streamed if c.choices[0].index == index) == text.text


def test_there_is_a_beam_for_each_choice(library: openai.OpenAI) -> None:
    choices = library.completions.create(model="lm", prompt="a", max_tokens=3, n=5, extra_body={"beams": 2}).choices
    assert [choice.index for choice in choices] == [0, 1, 2, 3, 4]


def test_more_beams_than_there_is_kind_for_are_refused(client: FlaskClient) -> None:
    refused = client.post("/v1/completions", json={"prompt": "a", "beams": 9})
    assert refused.status_code == 422
    assert "beams" in refused.get_json()["error"]["message"]


def test_the_library_gets_texts_for_each_of_several_prompts(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "max_tokens": 6, "n": 2, "seed": 5}
    together = library.completions.create(prompt=["a cat", "sat"], **expected)
    alone = [library.completions.create(prompt=prompt, **expected) for prompt in ("a cat", "sat")]
    assert [choice.index for choice in together.choices] == [0, 1, 2, 3]
    assert [choice.text for choice in together.choices] == [c.text for each in alone for c in each.choices]
    assert together.usage is not None
    assert (together.usage.prompt_tokens, together.usage.completion_tokens) == (5 + 3, 4 * 6)
    streamed = list(library.completions.create(prompt=["a cat", "sat"], stream=True, **expected))
    for choice in together.choices:
        assert "".join(c.choices[0].text for c in streamed if c.choices[0].index == choice.index) == choice.text


def test_without_a_seed_one_prompt_twice_gives_two_texts(library: openai.OpenAI) -> None:
    first, second = library.completions.create(model="lm", prompt=["a", "a"], max_tokens=60).choices
    assert first.text != second.text


def test_more_texts_than_there_is_kind_for_are_refused(library: openai.OpenAI) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=r"n: .*16 in all"):
        library.completions.create(model="lm", prompt=["a"] * 9, n=2)
    with pytest.raises(openai.UnprocessableEntityError, match=r"prompt: .*16"):
        library.completions.create(model="lm", prompt=["a"] * 17)


@pytest.mark.parametrize("tokens", [[3, 4], [[3], [4]]])
def test_tokens_as_numbers_are_refused_plainly(library: openai.OpenAI, tokens: list) -> None:
    with pytest.raises(openai.BadRequestError, match="tokens as numbers found; expected a text or a list of texts"):
        library.completions.create(model="lm", prompt=tokens)


@pytest.mark.parametrize("stream", [False, True])
def test_a_long_prompt_is_cut_and_that_is_said(library: openai.OpenAI, stream: bool) -> None:
    expected = {"model": "lm", "max_tokens": 3, "seed": 3, "stream": stream}
    said = ["prompt.0: 20014 characters; the last 20000 were read", "prompt.0: the last 4096 tokens were read"]
    raw = library.completions.with_raw_response.create(prompt="x" * 10 + "a cat " * 3333 + "sat ca", **expected)
    assert raw.headers["X-Nlpbot-Notice"] == "; ".join(said)
    answer = raw.parse()
    first = next(iter(answer)) if stream else answer
    assert first.notices == said
    with pytest.raises(openai.BadRequestError, match=r"strict: prompt\.0: 20001 characters"):
        library.completions.create(prompt="a" * 20_001, extra_body={"strict": True}, **expected)


def test_more_tokens_than_are_ever_made_are_cut_and_that_is_said(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a cat", "max_tokens": 10**9, "stop": "t"}
    raw = library.completions.with_raw_response.create(**expected)
    assert raw.headers["X-Nlpbot-Notice"] == "prompt.0: 1000000000 tokens asked; at most 2048 are made"
    with pytest.raises(openai.BadRequestError, match=r"strict: .* at most 2048 are made"):
        library.completions.create(**expected, extra_body={"strict": True})


def test_strict_refuses_what_is_not_known(library: openai.OpenAI) -> None:
    expected = {"model": "lm", "prompt": "a", "max_tokens": 2, "logit_bias": {"7": 5}}
    assert library.completions.create(**expected).choices
    with pytest.raises(openai.BadRequestError, match="strict: logit_bias: not offered here"):
        library.completions.create(**expected, extra_body={"strict": True})
    del expected["logit_bias"]
    assert library.completions.create(**expected, extra_body={"strict": True}).choices


def test_null_does_for_what_is_left_out(library: openai.OpenAI) -> None:
    nothing = dict.fromkeys(("temperature", "top_p", "n", "stop", "logprobs", "echo", "stream_options", "max_tokens"))
    made = library.completions.create(model="lm", prompt="a", seed=3, **nothing).choices[0].text
    assert made == library.completions.create(model="lm", prompt="a", seed=3).choices[0].text


def test_the_library_knows_the_errors(library: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="gpt-9"):
        library.completions.create(model="gpt-9", prompt="a")
    with pytest.raises(openai.UnprocessableEntityError, match="max_tokens"):
        library.completions.create(model="lm", prompt="a", max_tokens=0)
    expected = {"model": "lm", "prompt": "a", "frequency_penalty": 0.5}
    assert library.completions.create(**expected).choices
    with pytest.raises(openai.BadRequestError, match=r"strict: frequency_penalty: .*repetition_penalty over 1"):
        library.completions.create(**expected, extra_body={"strict": True})


@pytest.mark.parametrize("stream", [False, True])
def test_a_full_queue_is_refused_by_status_even_for_streams(
    client: FlaskClient, engines: Engines, stream: bool
) -> None:
    engines.engine.close()
    refused = client.post("/v1/completions", json={"prompt": "a", "stream": stream})
    assert refused.status_code == 503
    assert "Retry-After" in refused.headers
    assert "stopping" in refused.json["error"]["message"]


def test_a_stream_ends_with_done(client: FlaskClient) -> None:
    answer = client.post("/v1/completions", json={"prompt": "a", "max_tokens": 3, "stream": True})
    lines = [line.removeprefix("data: ") for line in answer.text.strip().split("\n\n")]
    assert lines[-1] == "[DONE]"
    assert all(json.loads(line)["object"] == "text_completion" for line in lines[:-1])


@pytest.mark.parametrize(
    "extreme",
    [
        {"top_p": 5e-324},
        {"top_p": 1e-46, "logprobs": 5},
        {"temperature": 5e-324},
        {"min_p": 5e-324},
        {"min_p": 1, "top_k": (1 << 31) - 1},
        {"repetition_penalty": 10, "no_repeat_ngram": 1000, "temperature": 5},
    ],
)
def test_the_least_and_the_most_that_may_be_asked_for_harm_nobody(client: FlaskClient, extreme: dict) -> None:
    expected = {"prompt": "a cat", "max_tokens": 20, "seed": 3}
    alone = client.post("/v1/completions", json=expected).json["choices"][0]["text"]
    other = client.post("/v1/completions", json={**expected, "stream": True}, buffered=False)
    asked = client.post("/v1/completions", json={**expected, **extreme})
    assert (asked.status_code, asked.json["usage"]["completion_tokens"]) == (200, 20)
    *chunks, done = other.text.strip().split("\n\n")
    assert done == "data: [DONE]"
    texts = [json.loads(chunk.removeprefix("data: "))["choices"][0]["text"] for chunk in chunks]
    assert "".join(texts) == alone


@pytest.mark.parametrize(
    "beyond",
    [
        {"top_p": -5e-324},
        {"top_p": 1.0001},
        {"temperature": -5e-324},
        {"temperature": 1e400},
        {"min_p": -1e-9},
        {"repetition_penalty": 0.0999},
        {"no_repeat_ngram": -1},
        {"max_tokens": 0},
    ],
)
def test_what_is_beyond_bounds_is_refused_by_name(client: FlaskClient, beyond: dict) -> None:
    (name,) = beyond
    body = json.dumps({"prompt": "a", **beyond}).replace("Infinity", "1e400")
    refused = client.post("/v1/completions", data=body, content_type="application/json")
    assert refused.status_code in (400, 422)
    assert refused.json["error"]["message"].startswith(f"{name}: ")
