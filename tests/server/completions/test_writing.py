"""The pieces of a completion, as far as OpenAI's library doesn't look into them."""

from collections.abc import Generator

import pytest

from nlpbot.core.kernel.errors import Overloaded
from nlpbot.core.serving.streams import Stream
from nlpbot.parts import LM
from server.completions import writing
from server.completions.prompts import read_prompts
from server.completions.schemas import CompletionChoice, CompletionChunk, CompletionRequest, LogProbs
from server.completions.writing import completion_chunks, whole_completion
from server.engines import Engines
from server.openai_fields import FinishReason, Usage


def chunks_of(engines: Engines, body: CompletionRequest) -> Generator[CompletionChunk, None, None]:
    served = engines.find(LM)
    assert served is not None
    return completion_chunks(served, body, read_prompts(served.service.predictor, body))


def logprobs(*tokens: str) -> LogProbs:
    likeliest: list[dict[str, float]] = [{token: -1.0} for token in tokens]
    return LogProbs(
        tokens=[*tokens], token_logprobs=[-1.0] * len(tokens), top_logprobs=likeliest, text_offset=[*range(len(tokens))]
    )


def choice(index: int, text: str, reason: FinishReason | None = None, told: LogProbs | None = None) -> CompletionChoice:
    return CompletionChoice(index=index, text=text, finish_reason=reason, logprobs=told)


def chunk(*choices: CompletionChoice, usage: Usage | None = None) -> CompletionChunk:
    return CompletionChunk(
        id="x", object="text_completion", created=1, model="lm", choices=[*choices], usage=usage, notices=["cut"]
    )


def test_pieces_are_put_together_choice_by_choice() -> None:
    pieces = [
        choice(1, "b"),
        choice(0, "a", None, logprobs("a")),
        choice(1, "", "stop"),
        choice(0, "c", "length", logprobs("c")),
    ]
    whole = whole_completion([*map(chunk, pieces), chunk(usage=Usage.of(1, 2))])
    assert whole.choices == [
        choice(0, "ac", "length", LogProbs.joined([logprobs("a"), logprobs("c")])),
        choice(1, "b", "stop"),
    ]
    assert (whole.id, whole.usage.total_tokens, whole.notices) == ("x", 3, ["cut"])


def test_a_byte_that_is_no_text_by_itself_is_called_by_its_name(engines: Engines) -> None:
    tokenizer = engines.service(LM).predictor.tokenizer
    first, *_ = tokenizer.encode("한")
    assert writing._name(tokenizer, first) == "<0xED>"
    assert writing._name(tokenizer, tokenizer.encode("a")[0]) == "a"


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
    first, second = whole_completion(chunks_of(engines, CompletionRequest(**asked, max_tokens=60))).choices
    stop = next(text for n in range(50) if (text := first.text[n : n + 4]) not in second.text)
    opened: list[Stream] = []
    lane = engines.service(LM).draw
    stream = lane.stream
    monkeypatch.setattr(lane, "stream", lambda prompt: opened.append(stream(prompt)) or opened[-1])
    chunks = chunks_of(engines, CompletionRequest(**asked, max_tokens=2048, stop=(stop,)))
    ended = next(choice for chunk in chunks if (choice := chunk.choices[0]).finish_reason)
    assert (ended.index, ended.finish_reason) == (0, "stop")
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
