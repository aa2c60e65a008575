"""/api/vision/digits: which digit was drawn."""

from typing import TYPE_CHECKING, Annotated

from flask import Blueprint, Response
from pydantic import Field
from pydantic.config import JsonValue

from nlpbot.parts import VISION
from server.bodies import Body, with_example
from server.engines import Engines
from server.exchange import answer, body_as
from server.operations import Operation
from server.waiting import output_of

if TYPE_CHECKING:
    from nlpbot.vision.predictor import Recognised

__all__ = ["OPERATIONS", "DigitsRequest", "DigitsResponse", "vision_blueprint"]

SIDE = 28
DRAWING: list[JsonValue] = [[255.0 if column in (13, 14) else 0.0 for column in range(SIDE)] for _ in range(SIDE)]
Pixel = Annotated[float, Field(ge=0, le=255)]
Row = Annotated[list[Pixel], Field(min_length=SIDE, max_length=SIDE)]


class DigitsRequest(Body):
    """A drawing of a digit."""

    model_config = with_example(pixels=DRAWING)

    pixels: Annotated[list[Row], Field(min_length=SIDE, max_length=SIDE)] = Field(examples=[DRAWING])
    """28 rows of 28 pixels: ink from 0, none, to 255."""


class DigitsResponse(Body):
    """Which digit was drawn."""

    digit: int = Field(examples=[1])
    """The likeliest digit."""
    probabilities: list[float] = Field(examples=[[0.0, 0.96, 0.0, 0.0, 0.01, 0.0, 0.0, 0.02, 0.01, 0.0]])
    """Of each digit from 0 to 9."""

    @classmethod
    def from_recognised(cls, found: "Recognised") -> "DigitsResponse":
        """Return what was recognised as it is answered."""
        return cls(digit=found.label, probabilities=list(found.probabilities))


OPERATIONS = (Operation("/api/vision/digits", "post", "Recognise a drawn digit.", DigitsRequest, DigitsResponse),)


def vision_blueprint(engines: Engines) -> Blueprint:
    """Return the route of the digit reader."""
    blueprint = Blueprint("vision", __name__)

    @blueprint.post("/api/vision/digits")
    def digits() -> Response:
        import numpy as np

        reader = engines.service(VISION)
        body = body_as(DigitsRequest)
        found = output_of(reader.recognise, np.asarray(body.pixels, dtype=np.float32) / 255)
        return answer(DigitsResponse.from_recognised(found))

    return blueprint
