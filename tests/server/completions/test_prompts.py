"""Prompts, as they are read."""

from nlpbot.parts import LM
from server.completions.prompts import read_prompts
from server.completions.schemas import CompletionRequest
from server.engines import Engines


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
