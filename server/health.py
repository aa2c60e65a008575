"""/livez, /readyz and /metrics."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from server.config import ServerSettings
from server.engines import Engines
from server.security import require_operator

__all__ = ["health_blueprint", "register_metrics"]

METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}
"""That are told apart in figures; each that a client invents would stay in memory for good."""


def health_blueprint(
    engines: Engines, registry: CollectorRegistry, settings: ServerSettings, ready: Callable[[], bool]
) -> Blueprint:
    """Return the routes that say how the server is.

    Args:
        engines: what is served.
        registry: of the metrics.
        settings: of the server.
        ready: whether it takes requests.
    """
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/livez")
    def livez() -> Response:
        return Response("ok\n", mimetype="text/plain")

    @blueprint.get("/readyz")
    def readyz() -> Response:
        parts = ", ".join(slot.name for slot in engines.slots) or "nothing"
        state, status = ("ready", 200) if ready() else ("stopping", 503)
        return Response(f"{state}: {parts}\n", status, mimetype="text/plain")

    @blueprint.get("/metrics")
    def metrics() -> Response:
        require_operator(settings)
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return blueprint


def register_metrics(app: Flask, engines: Engines) -> CollectorRegistry:
    """Count and time requests; return where the figures are."""
    import time

    registry = CollectorRegistry()
    labels = ["route", "method", "status"]
    requests = Counter("nlpbot_requests", "Requests answered.", labels, registry=registry)
    seconds = Histogram("nlpbot_request_seconds", "Time to the start of an answer.", ["route"], registry=registry)
    waiting = Gauge("nlpbot_waiting", "Requests that wait for the engine.", registry=registry)
    waiting.set_function(lambda: engines.engine.waiting)
    swapped = Gauge("nlpbot_bundles_swapped", "Bundles promoted and served since the start.", registry=registry)
    swapped.set_function(lambda: engines.swapped)
    refused = Gauge("nlpbot_bundles_refused", "Bundles promoted since, that could not be served.", registry=registry)
    refused.set_function(lambda: engines.refused)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "none"
        method = request.method if request.method in METHODS else "other"
        requests.labels(route, method, response.status_code).inc()
        if "started" in g:
            seconds.labels(route).observe(time.perf_counter() - g.started)
        return response

    return registry
