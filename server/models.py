"""/v1/models: which models OpenAI's clients can use here."""

from typing import Literal, TypeVar

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.parts import RETRIEVAL, Part
from server.bodies import Body
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem
from server.exchange import answer
from server.operations import Operation, Parameter
from server.security import require_key

__all__ = ["OPERATIONS", "Model", "ModelList", "check_model", "chosen", "models_blueprint"]

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
    """`assistant` chats, language models write on, `fraud` judges, `sentences` and retrievers with an encoder give
    vectors."""


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
        return answer(ModelList(object="list", data=[_model(name) for name in _usable(engines)]))

    @blueprint.get("/v1/models/<model>")
    def one_model(model: str) -> Response:
        check_model(model, model if model in _usable(engines) else None)
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


def chosen(engines: Engines, part: Part[T], name: str | None) -> T:
    """Return the service of the slot that a request names, or of the one that is meant where it names none.

    Raises:
        Problem: there is no such slot, or it isn't clear which one is meant.
    """
    if (found := engines.find(part, name)) is not None:
        return found.service
    slots = ", ".join(slot.name for slot in engines.slots if slot.part is part)
    if not slots:
        raise Problem(503, f"no {part.noun} is served here")
    if name is None:
        raise Problem(422, f"model: several are served; expected one of {slots}")
    raise Problem(404, f"model {name!r} is no {part.noun} that is served here; expected one of {slots}")


def _usable(engines: Engines) -> list[str]:
    """Return the names of what /v1 can use: a retriever of words alone has no vectors to give."""

    def is_usable(name: str) -> bool:
        retriever = engines.find(RETRIEVAL, name)
        return retriever is None or retriever.service.embeddings is not None

    return [name for name in engines.models if is_usable(name)]


def _model(name: str) -> Model:
    return Model(id=name, object="model", created=0, owned_by="nlpbot")
