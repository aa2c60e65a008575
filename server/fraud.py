"""/api/fraud: scoring messages."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify

from nlpbot.core.text.language import language_of
from nlpbot.parts import FRAUD
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem
from server.schemas import FeedbackRequest, ScoreRequest, body_as
from server.security import owner, require_key
from server.waiting import outputs_of

__all__ = ["fraud_blueprint"]

MAX_EXPLAINED = 8


def fraud_blueprint(engines: Engines, store: Any, settings: ServerSettings) -> Blueprint:
    """Return the routes of the scorer.

    Args:
        engines: what is served.
        store: keeps feedback; an `nlpbot.assistant.store.Store`.
        settings: of the server.
    """
    blueprint = Blueprint("fraud", __name__)

    @blueprint.before_request
    def check() -> None:
        engines.service(FRAUD)

    @blueprint.post("/api/fraud/score")
    def score() -> Response:
        from nlpbot.fraud.judgement import judge

        require_key(settings)
        body: ScoreRequest = body_as(ScoreRequest)
        if body.explain and len(body.messages) > MAX_EXPLAINED:
            raise Problem(422, f"messages: {len(body.messages)} to explain; at most {MAX_EXPLAINED} wanted")
        scorer = engines.service(FRAUD)
        verdicts = outputs_of(scorer.explain if body.explain else scorer.score, body.messages)
        judgements = [
            judge(
                message,
                verdict,
                body.language or language_of(message),
                scorer.wording,
                synthetic=scorer.synthetic,
            )
            for message, verdict in zip(body.messages, verdicts, strict=True)
        ]
        return jsonify({"verdicts": [asdict(judgement) for judgement in judgements]})

    @blueprint.post("/api/fraud/feedback")
    def feedback() -> tuple[Response, int]:
        body: FeedbackRequest = body_as(FeedbackRequest)
        store.add_feedback(owner(), body.text, body.verdict)
        return jsonify({"kept": True}), 202

    return blueprint
