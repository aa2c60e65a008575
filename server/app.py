"""The Flask application, put together."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from nlpbot.core.serving.limits import ConcurrencyLimit
from server.chat import chat_blueprint
from server.chat_completions.routes import chat_completions_blueprint
from server.classify import classify_blueprint
from server.completions.routes import completions_blueprint
from server.config import ServerSettings
from server.conversations import conversations_blueprint
from server.cors import register_cors
from server.embeddings import embeddings_blueprint
from server.engines import Engines
from server.errors import register_errors
from server.fraud import fraud_blueprint
from server.health import health_blueprint, register_metrics
from server.models import models_blueprint
from server.moderations import moderations_blueprint
from server.openapi import openapi_blueprint
from server.pages import pages_blueprint
from server.retrieval import retrieval_blueprint
from server.security import register_security
from server.vision import vision_blueprint

if TYPE_CHECKING:
    from nlpbot.assistant.assistant import Assistant
    from nlpbot.assistant.store import Store

__all__ = ["create_app"]


def create_app(
    settings: ServerSettings, engines: Engines, store: "Store", *, ready: Callable[[], bool] = lambda: True
) -> Flask:
    """Return the application.

    Args:
        settings: of the server.
        engines: the models, their engine started.
        store: where conversations and feedback are kept.
        ready: whether it takes requests; false while it drains.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = settings.max_body_bytes
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # of Flask's default provider
    if proxies := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign]
    limit = ConcurrencyLimit(settings.max_streams)
    registry = register_metrics(app, engines)
    register_security(app, settings)
    register_cors(app, settings)
    register_errors(app)
    assistant = _assistant(engines, store)
    for blueprint in (
        pages_blueprint(engines),
        chat_blueprint(assistant, limit),
        conversations_blueprint(store),
        fraud_blueprint(engines, store, settings),
        classify_blueprint(engines, settings),
        retrieval_blueprint(engines, settings),
        vision_blueprint(engines),
        models_blueprint(engines, settings),
        chat_completions_blueprint(engines, settings),
        completions_blueprint(engines, limit, settings),
        embeddings_blueprint(engines, settings),
        moderations_blueprint(engines, settings),
        health_blueprint(engines, registry, settings, ready),
        openapi_blueprint(),
    ):
        app.register_blueprint(blueprint)
    return app


def _assistant(engines: Engines, store: "Store") -> "Assistant":
    """Return the assistant."""
    from nlpbot.assistant.assistant import Assistant

    return Assistant(engines.backend, store)
