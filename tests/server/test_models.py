"""Which models there are, for OpenAI's own client library."""

from pathlib import Path

import openai
import pytest
import torch
from flask import Flask
from flask.testing import FlaskClient
from openai.types.chat import ChatCompletionMessageParam

from nlpbot.assistant.store import Store
from nlpbot.core.nn import LanguageModel, LanguageModelConfig
from nlpbot.core.text.tokenizer import CharacterTokenizer
from nlpbot.generation import Sampling
from nlpbot.lm.predictor import GenerateRequest, LmPredictor
from nlpbot.lm.service import LmService
from nlpbot.parts import CHAT, FRAUD, LM, MAX_BEAMS
from nlpbot.slots import Slot
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines, Served

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]


def test_the_library_lists_what_is_served(library: openai.OpenAI) -> None:
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud"]


def test_the_library_is_told_of_one_model(library: openai.OpenAI) -> None:
    assert [model for model in library.models.list() if model.id == "lm"] == [library.models.retrieve("lm")]
    with pytest.raises(openai.NotFoundError, match="gpt-9"):
        library.models.retrieve("gpt-9")


def test_two_language_models_are_listed_and_chosen_by_their_slots(library: openai.OpenAI, engines: Engines) -> None:
    tokenizer = CharacterTokenizer.train(["0123456789"])
    network = LanguageModel(LanguageModelConfig(vocabulary=len(tokenizer.vocabulary), embedding=4, hidden=8))
    numbers = LmPredictor(network, tokenizer, torch.device("cpu"))
    service = LmService.on(engines.engine, numbers, beams=MAX_BEAMS)
    engines.serve(Served(Slot("numbers", LM, Path("0001")), service))
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud", "numbers"]
    greedy, texts = GenerateRequest("a", Sampling(max_tokens=20, temperature=0)), []
    for model, predictor in (("lm", engines.service(LM).predictor), ("numbers", numbers)):
        answer = library.completions.create(model=model, prompt="a", max_tokens=20, temperature=0)
        texts.append(answer.choices[0].text)
        assert (answer.model, [texts[-1]]) == (model, predictor.predict([greedy]))
        searched = library.completions.create(model=model, prompt="a", max_tokens=20, extra_body={"beams": 1})
        assert searched.choices[0].text == texts[-1]
    assert texts[0] != texts[1]
    with pytest.raises(openai.NotFoundError, match="numbers"):
        library.moderations.create(model="numbers", input="hi")
    with pytest.raises(openai.NotFoundError, match="numbers"):
        library.chat.completions.create(model="numbers", messages=HELLO)


def test_a_second_chatbot_and_a_second_scorer_go_by_their_slots(library: openai.OpenAI, engines: Engines) -> None:
    for part, name in ((CHAT, "faq"), (FRAUD, "spam")):
        engines.serve(Served(Slot(name, part, Path("0001")), engines.service(part)))
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud", "faq", "spam"]
    for name in ("assistant", "faq"):
        assert library.chat.completions.create(model=name, messages=HELLO).model == name
    for name in ("fraud", "spam"):
        assert library.moderations.create(model=name, input="pay").model == name


def test_the_library_is_refused_without_the_key(
    library: openai.OpenAI, address: str, app: Flask, settings: ServerSettings, engines: Engines, store: Store
) -> None:
    locked = create_app(settings.model_copy(update={"api_key": "k" * 16}), engines, store)
    app.wsgi_app = locked.wsgi_app
    for key in ("none", "k" * 15):
        with pytest.raises(openai.AuthenticationError, match="API key wanted"):
            library.with_options(api_key=key).models.list()
    assert library.with_options(api_key="k" * 16).models.list().data


def test_the_library_is_told_when_to_come_back(library: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as refused:
        list(map(library.models.retrieve, ["lm"] * 70))
    assert int(refused.value.response.headers["Retry-After"]) >= 1


def test_a_model_says_whose_it_is(client: FlaskClient) -> None:
    assert client.get("/v1/models/lm").json == {"id": "lm", "object": "model", "created": 0, "owned_by": "nlpbot"}
