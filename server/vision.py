"""/api/vision/digits: which digit was drawn."""

from flask import Blueprint, Response, jsonify

from server.engines import Engines
from server.errors import Problem
from server.schemas import DigitsRequest, body_as

__all__ = ["vision_blueprint"]


def vision_blueprint(engines: Engines) -> Blueprint:
    """Return the route of the digit reader."""
    blueprint = Blueprint("vision", __name__)

    @blueprint.post("/api/vision/digits")
    def digits() -> Response:
        import numpy as np

        if not engines.has("vision"):
            raise Problem(503, "no vision bundle is served here")
        body: DigitsRequest = body_as(DigitsRequest)
        found = engines.run("vision", np.asarray(body.pixels, dtype=np.float32) / 255)
        return jsonify({"digit": found.label, "probabilities": list(found.probabilities)})

    return blueprint
