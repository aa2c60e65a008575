"""The pieces of a completion, as far as OpenAI's library doesn't look into them."""

from collections.abc import Iterator

import pytest

from nlpbot.core.errors import Overloaded
from nlpbot.core.serving.streams import Stream
from nlpbot.parts import LM
from server import completions
from server.completions import completion_chunks, read_prompts, whole_completion
from server.engines import Engines
from server.openai_schemas import CompletionRequest


def chunks_of(engines: Engines, body: CompletionRequest) -> Iterator[dict]:
    served = engines.find(LM)
    assert served is not None
    return completion_chunks(served, body, read_prompts(served.service.predictor, body))


def choice(index: int, text: str, reason: str | None = None, logprobs: dict | None = None) -> dict:
    return {"choices": [{"index": index, "text": text, "finish_reason": reason, "logprobs": logprobs}]}


def test_pieces_are_put_together_choice_by_choice() -> None:
    usage = {"id": "x", "choices": [], "usage": {"total_tokens": 3}}
    some, more = ({"tokens": [token], "text_offset": [place]} for token, place in (("a", 0), ("c", 1)))
    pieces = [choice(1, "b"), choice(0, "a", None, some), choice(1, "", "stop"), choice(0, "c", "length", more), usage]
    assert whole_completion(pieces) == {
        **usage,
        "choices": [
            choice(0, "ac", "length", {"tokens": ["a", "c"], "text_offset": [0, 1]})["choices"][0],
            choice(1, "b", "stop")["choices"][0],
        ],
    }


def test_each_prompt_is_drawn_for_by_itself(engines: Engines) -> None:
    seeded = read_prompts(engines.service(LM).predictor, CompletionRequest(prompt=("a", "c"), seed=7))
    assert [asked.request.sampling.seed for asked in seeded] == [7, 7]
    free = read_prompts(engines.service(LM).predictor, CompletionRequest(prompt=("a", "a")))
    assert len({asked.request.sampling.seed for asked in free}) == 2


def test_the_end_of_a_long_prompt_is_read(engines: Engines) -> None:
    (asked,) = read_prompts(engines.service(LM).predictor, CompletionRequest(prompt=("c" * 20_000 + "a cat",)))
    assert (len(asked.request.prompt), asked.request.prompt[-6:]) == (20_000, "ca cat")
    (short,) = read_prompts(engines.service(LM).predictor, CompletionRequest(prompt=("a cat",)))
    assert (short.request.prompt, short.notices) == ("a cat", ())


def test_a_byte_that_is_no_text_by_itself_is_called_by_its_name(engines: Engines) -> None:
    tokenizer = engines.service(LM).predictor.tokenizer
    first, *_ = tokenizer.encode("한")
    assert completions._name(tokenizer, first) == "<0xED>"
    assert completions._name(tokenizer, tokenizer.encode("a")[0]) == "a"


def test_all_streams_are_closed_when_a_reader_goes(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Stream] = []
    lane = engines.service(LM).draw
    stream = lane.stream
    monkeypatch.setattr(lane, "stream", lambda prompt: opened.append(stream(prompt)) or opened[-1])
    chunks = chunks_of(engines, CompletionRequest(prompt=("a",), max_tokens=2048, n=4))
    next(chunks)
    assert [each.closed for each in opened] == [False] * 4
    chunks.close()
    assert [each.closed for each in opened] == [True] * 4


def test_a_choice_that_has_ended_frees_its_stream_while_others_go_on(
    engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"prompt": ("a",), "seed": 3, "n": 2}
    first, second = whole_completion(chunks_of(engines, CompletionRequest(**asked, max_tokens=60)))["choices"]
    stop = next(text for n in range(50) if (text := first["text"][n : n + 4]) not in second["text"])
    opened: list[Stream] = []
    lane = engines.service(LM).draw
    stream = lane.stream
    monkeypatch.setattr(lane, "stream", lambda prompt: opened.append(stream(prompt)) or opened[-1])
    chunks = chunks_of(engines, CompletionRequest(**asked, max_tokens=2048, stop=(stop,)))
    ended = next(choice for chunk in chunks if (choice := chunk["choices"][0])["finish_reason"])
    assert (ended["index"], ended["finish_reason"]) == (0, "stop")
    assert [each.closed for each in opened] == [True, False]
    chunks.close()


def test_choices_beyond_the_queue_are_refused_together(engines: Engines, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Stream] = []
    lane = engines.service(LM).draw
    stream = lane.stream

    def full_at_the_third(prompt: object) -> Stream:
        if len(opened) == 2:
            raise Overloaded("full")
        opened.append(stream(prompt))
        return opened[-1]

    monkeypatch.setattr(lane, "stream", full_at_the_third)
    with pytest.raises(Overloaded):
        next(chunks_of(engines, CompletionRequest(prompt=("a",), n=3)))
    assert [each.closed for each in opened] == [True, True]
