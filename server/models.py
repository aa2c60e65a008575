"""/v1/models: which models OpenAI's clients can use here."""

from typing import Literal, TypeVar

from flask import Blueprint, Response
from pydantic import Field

from server.bodies import Body, answer
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem
from server.operations import Operation, Parameter
from server.security import require_key

__all__ = ["OPERATIONS", "Model", "ModelList", "check_model", "models_blueprint"]

T = TypeVar("T")


class Model(Body):
    """A model that is served."""

    id: str = Field(examples=["assistant"])
    """Its name in requests."""
    object: Literal["model"] = Field(examples=["model"])
    """Always `model`."""
    created: int = Field(examples=[0])
    """Always 0: when it was trained is not told."""
    owned_by: str = Field(examples=["nlpbot"])
    """Always `nlpbot`."""


class ModelList(Body):
    """The models that are served."""

    object: Literal["list"] = Field(examples=["list"])
    """Always `list`."""
    data: list[Model]
    """`assistant` chats, `lm` writes on, `fraud` judges."""


OPERATIONS = (
    Operation("/v1/models", "get", "List the models of /v1.", answer=ModelList, access="key"),
    Operation(
        "/v1/models/{model}",
        "get",
        "Tell of one model.",
        answer=Model,
        access="key",
        parameters=(Parameter("model", "Name of the model.", "assistant"),),
    ),
)


def models_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the routes that say which models are served."""
    blueprint = Blueprint("models", __name__)

    @blueprint.before_request
    def check() -> None:
        require_key(settings)

    @blueprint.get("/v1/models")
    def models() -> Response:
        return answer(ModelList(object="list", data=[_model(name) for name in engines.models]))

    @blueprint.get("/v1/models/<model>")
    def one_model(model: str) -> Response:
        check_model(model, model if model in engines.models else None)
        return answer(_model(model))

    return blueprint


def check_model(asked: str, served: T | None) -> T:
    """Return what is served by the name that was asked for.

    Raises:
        Problem: it is nothing.
    """
    if served is None:
        raise Problem(404, f"model {asked!r} is not served at this address; GET /v1/models lists what is")
    return served


def _model(name: str) -> Model:
    return Model(id=name, object="model", created=0, owned_by="nlpbot")
