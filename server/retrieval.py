"""/api/retrieval/search: questions find the topics that answer them."""

from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.parts import RETRIEVAL
from server.bodies import MAX_BATCH, Body, Storable, Text, Whole, with_example
from server.config import ServerSettings
from server.engines import Engines
from server.exchange import answer, body_as
from server.models import chosen
from server.operations import Operation
from server.security import require_key
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.retrieval import predictor

__all__ = ["OPERATIONS", "Hit", "SearchRequest", "SearchResponse", "SearchResult", "retrieval_blueprint"]

MAX_HITS = 50
EXAMPLE = "where is my parcel"


class SearchRequest(Body):
    """Questions to find topics for."""

    model_config = with_example(questions=[EXAMPLE], most=3)

    questions: Annotated[list[Text], Field(min_length=1, max_length=MAX_BATCH)] = Field(examples=[[EXAMPLE]])
    """What is asked, each by itself."""
    most: Whole = Field(5, ge=1, le=MAX_HITS, examples=[3])
    """How many topics to find for each question, if there are so many in its language."""
    model: Storable | None = Field(None, examples=["faq"])
    """The retriever, by the name of its slot; it may be left out where it is clear which one is meant."""


class Hit(Body):
    """A topic that may answer a question."""

    id: str = Field(examples=["parcel"])
    """Name of the topic."""
    title: str = Field(examples=["Where is my parcel?"])
    """What to show for it."""
    answer: str = Field(examples=["It comes on Friday."])
    """The answer."""
    score: float = Field(examples=[0.72])
    """How well it fits; scores of one question compare with each other, and are no probabilities."""

    @classmethod
    def from_hit(cls, hit: "predictor.Hit") -> "Hit":
        """Return a hit as it is answered."""
        return cls(id=hit.topic.id, title=hit.topic.title, answer=hit.topic.answer, score=hit.score)


class SearchResult(Body):
    """What was found for a question."""

    hits: list[Hit]
    """The topics, best first."""


class SearchResponse(Body):
    """What was found."""

    results: list[SearchResult]
    """One for each question, in the same order."""


OPERATIONS = (
    Operation(
        "/api/retrieval/search", "post", "Find answers to questions.", SearchRequest, SearchResponse, access="key"
    ),
)


def retrieval_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the route of retrievers."""
    blueprint = Blueprint("retrieval", __name__)

    @blueprint.post("/api/retrieval/search")
    def search() -> Response:
        require_key(settings)
        body = body_as(SearchRequest)
        found = outputs_of(chosen(engines, RETRIEVAL, body.model).search, body.questions)
        results = [SearchResult(hits=[Hit.from_hit(hit) for hit in each.hits[: body.most]]) for each in found]
        return answer(SearchResponse(results=results))

    return blueprint
