"""/api/vision/digits: which digit was drawn."""

from flask import Blueprint, Response, jsonify

from nlpbot.parts import VISION
from server.engines import Engines
from server.schemas import DigitsRequest, body_as
from server.waiting import output_of

__all__ = ["vision_blueprint"]


def vision_blueprint(engines: Engines) -> Blueprint:
    """Return the route of the digit reader."""
    blueprint = Blueprint("vision", __name__)

    @blueprint.post("/api/vision/digits")
    def digits() -> Response:
        import numpy as np

        reader = engines.service(VISION)
        body: DigitsRequest = body_as(DigitsRequest)
        found = output_of(reader.recognise, np.asarray(body.pixels, dtype=np.float32) / 255)
        return jsonify({"digit": found.label, "probabilities": list(found.probabilities)})

    return blueprint
