"""Which models there are, for OpenAI's own client library."""

from dataclasses import replace
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
from nlpbot.parts import CHAT, CLASSIFY, FRAUD, LM, MAX_BEAMS, RETRIEVAL
from nlpbot.retrieval.service import RetrievalService
from nlpbot.slots import Slot
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines, Served
from server.errors import Problem
from server.models import chosen

HELLO: list[ChatCompletionMessageParam] = [{"role": "user", "content": "hello"}]


def test_the_library_lists_what_is_served(library: openai.OpenAI) -> None:
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud", "retrieval"]


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
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud", "retrieval", "numbers"]
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
    assert [model.id for model in library.models.list()] == ["assistant", "lm", "fraud", "retrieval", "faq", "spam"]
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
        with pytest.raises(openai.AuthenticationError, match="API key expected"):
            library.with_options(api_key=key).models.list()
    assert library.with_options(api_key="k" * 16).models.list().data


def test_the_library_is_told_when_to_come_back(library: openai.OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as refused:
        list(map(library.models.retrieve, ["lm"] * 70))
    assert int(refused.value.response.headers["Retry-After"]) >= 1


def test_a_model_says_whose_it_is(client: FlaskClient) -> None:
    assert client.get("/v1/models/lm").json == {"id": "lm", "object": "model", "created": 0, "owned_by": "nlpbot"}


def classifiers(engines: Engines, *names: str) -> Engines:
    service = engines.service(CLASSIFY)
    return Engines(engines.engine, [Served(Slot(name, CLASSIFY, Path("0001")), service) for name in names])


@pytest.mark.parametrize(
    ("names", "asked"),
    [(("classify", "moods"), None), (("moods",), None), (("moods", "intents"), "intents"), (("a",), "classify")],
)
def test_a_request_names_a_slot_or_means_the_one_that_is_clear(
    engines: Engines, names: tuple, asked: str | None
) -> None:
    assert chosen(classifiers(engines, *names), CLASSIFY, asked) is engines.service(CLASSIFY)


@pytest.mark.parametrize(
    ("names", "asked", "status", "says"),
    [
        ((), None, 503, "no text classifier is served here"),
        ((), "moods", 503, "no text classifier is served here"),
        (("moods", "intents"), None, 422, "expected one of moods, intents"),
        (("moods",), "gpt-9", 404, "'gpt-9' is no text classifier that is served here; expected one of moods"),
    ],
)
def test_what_is_not_served_or_not_clear_is_refused(
    engines: Engines, names: tuple, asked: str | None, status: int, says: str
) -> None:
    with pytest.raises(Problem) as refused:
        chosen(classifiers(engines, *names), CLASSIFY, asked)
    assert refused.value.status == status
    assert says in refused.value.detail


def test_a_slot_of_another_kind_is_not_meant(engines: Engines) -> None:
    with pytest.raises(Problem, match="'fraud' is no text classifier"):
        chosen(engines, CLASSIFY, "fraud")
    assert chosen(engines, FRAUD, "fraud") is engines.service(FRAUD)


def test_a_retriever_without_an_encoder_is_no_model(settings: ServerSettings, engines: Engines, store: Store) -> None:
    words_alone: RetrievalService = replace(engines.service(RETRIEVAL), embeddings=None)
    engines.serve(Served(Slot("retrieval", RETRIEVAL, Path("0002")), words_alone))
    client = create_app(settings, engines, store).test_client()
    assert "retrieval" not in [model["id"] for model in client.get("/v1/models").json["data"]]
    assert client.get("/v1/models/retrieval").status_code == 404
    refused = client.post("/v1/embeddings", json={"input": "a"})
    assert (refused.status_code, "has no encoder" in refused.json["error"]["message"]) == (404, True)
    assert client.post("/api/retrieval/search", json={"questions": ["a"]}).status_code == 200
