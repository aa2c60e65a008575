"""/v1/embeddings: texts as vectors, by a sentence encoder or that of a retriever, in OpenAI's shape."""

import base64
import struct
from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.parts import RETRIEVAL, SENTENCES
from server.bodies import MAX_MESSAGE, Body
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem
from server.exchange import answer, body_as
from server.models import check_model
from server.notices import check_strict, cut_notices, with_notices
from server.openai_fields import Notices, Request, Texts, body_config
from server.operations import Operation
from server.security import require_key
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.core.serving import embeddings as served

__all__ = ["OPERATIONS", "Embedding", "EmbeddingUsage", "Embeddings", "EmbeddingsRequest", "embeddings_blueprint"]

OPENAIS = "text-embedding-"
"""How the names of OpenAI's embedding models begin, which clients send of themselves."""
Encoding = Literal["float", "base64"]


class EmbeddingsRequest(Request):
    """Read texts as vectors; those of texts that mean the same lie close together."""

    model_config = body_config(input=["where is my parcel", "when does it come"])

    model: str | None = Field(None, examples=["sentences"])
    """A sentence encoder, or a retriever with an encoder, by the name of its slot; without a name, or with one of
    OpenAI's embedding models, the sentence encoder that is served, else the retriever."""
    input: Texts = Field(examples=["where is my parcel", ["where is my parcel", "when does it come"]])
    """A text, or up to 256 of them; of a text over 4,000 characters the beginning is read. Tokens as numbers are
    refused: other servers count them otherwise."""
    encoding_format: Encoding = Field("float", examples=["float"])
    """Whether a vector comes as a list of numbers, or its bytes, as 32-bit floats, the lowest byte first, in base64."""
    dimensions: int | None = Field(None, ge=1, examples=[64])
    """Refused unless it is the number of dimensions that the model has."""
    strict: bool = Field(False, examples=[True])
    """Whether to refuse, by status 400, what would be cut or ignored."""


class Embedding(Body):
    """A text as a vector."""

    object: Literal["embedding"] = Field(examples=["embedding"])
    """Always `embedding`."""
    index: int = Field(examples=[0])
    """Which text it is, from 0."""
    embedding: list[float] | str = Field(examples=[[0.6, -0.8, 0.0]])
    """The vector, of length 1: the product of two says how alike they are."""

    @classmethod
    def from_made(cls, index: int, made: "served.TextEmbedding", encoding: Encoding) -> "Embedding":
        """Return a vector as it is answered."""
        vector = list(made.vector) if encoding == "float" else _bytes_of(made.vector)
        return cls(object="embedding", index=index, embedding=vector)


class EmbeddingUsage(Body):
    """Tokens used, as the encoder counts them."""

    prompt_tokens: int = Field(examples=[9])
    """That were read."""
    total_tokens: int = Field(examples=[9])
    """The same: none are made."""


class Embeddings(Body):
    """Texts as vectors."""

    object: Literal["list"] = Field(examples=["list"])
    """Always `list`."""
    data: list[Embedding]
    """One for each text, in the same order."""
    model: str = Field(examples=["sentences"])
    """Which model read them."""
    usage: EmbeddingUsage
    """Tokens used."""
    notices: Notices = []
    """What was cut of the request; it is in the header `X-Nlpbot-Notice`, too."""


OPERATIONS = (
    Operation("/v1/embeddings", "post", "Read texts as vectors.", EmbeddingsRequest, Embeddings, access="key"),
)


def embeddings_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the route of encoders."""
    blueprint = Blueprint("embeddings", __name__)

    @blueprint.post("/v1/embeddings")
    def embeddings() -> Response:
        require_key(settings)
        body = body_as(EmbeddingsRequest)
        slot, encoder = _encoder(engines, body.model)
        if body.dimensions not in (None, encoder.size):
            raise Problem(400, f"dimensions: {body.dimensions} asked; {slot} has {encoder.size}")
        notices = cut_notices("input", body.input, MAX_MESSAGE)
        check_strict(body.strict, [*body.unknown, *notices])
        made = outputs_of(encoder.encode, [text[:MAX_MESSAGE] for text in body.input])
        read = sum(each.tokens for each in made)
        vectors = Embeddings(
            object="list",
            data=[Embedding.from_made(index, each, body.encoding_format) for index, each in enumerate(made)],
            model=slot,
            usage=EmbeddingUsage(prompt_tokens=read, total_tokens=read),
            notices=notices,
        )
        return with_notices(answer(vectors), notices)

    return blueprint


def _encoder(engines: Engines, model: str | None) -> "tuple[str, served.Embeddings]":
    """Return the slot of the model that is asked for, and its encoder.

    Raises:
        Problem: it is not served, or has none.
    """
    asked = None if model is None or model.startswith(OPENAIS) else model
    if (encoder := engines.find(SENTENCES, asked)) is not None:
        return encoder.slot.name, encoder.service
    retriever = check_model(model or SENTENCES.kind, engines.find(RETRIEVAL, asked))
    if retriever.service.embeddings is None:
        raise Problem(404, f"model {retriever.slot.name!r} has no encoder; it compares words alone")
    return retriever.slot.name, retriever.service.embeddings


def _bytes_of(vector: tuple[float, ...]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
