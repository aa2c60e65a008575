"""What is answered is what the models of answers say."""

import pytest
from flask.testing import FlaskClient
from pydantic import ValidationError

from server.openai_answers import ChatCompletion, Completion, Model, ModelList, Moderations
from server.schemas import Body

LONG = "smishing? " + "x" * 4000
ASKED = [
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": "smishing?"}], "max_tokens": 2}, ChatCompletion),
    ("/v1/chat/completions", {"messages": [{"role": "user", "content": LONG}]}, ChatCompletion),
    ("/v1/completions", {"prompt": ["a", "cat"], "logprobs": 2, "max_tokens": 4}, Completion),
    ("/v1/completions", {"prompt": "a" * 20_001, "max_tokens": 4, "beams": 2}, Completion),
    ("/v1/moderations", {"input": ["pay", "hello"]}, Moderations),
    ("/v1/moderations", {"input": LONG}, Moderations),
]


@pytest.mark.parametrize(("path", "body", "model"), ASKED)
def test_an_answer_holds_what_is_described_and_no_more(
    client: FlaskClient, path: str, body: dict, model: type[Body]
) -> None:
    answer = client.post(path, json=body)
    assert model.model_validate_json(answer.text).model_dump(mode="json", exclude_unset=True) == answer.json


def test_models_are_described(client: FlaskClient) -> None:
    assert [model.id for model in ModelList.model_validate_json(client.get("/v1/models").text).data]
    assert Model.model_validate_json(client.get("/v1/models/lm").text).owned_by == "nlpbot"
    with pytest.raises(ValidationError):
        Model.model_validate_json('{"id": "lm"}')
