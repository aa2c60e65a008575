"""/api/fraud: messages are judged, and what they truly were is kept."""

from typing import TYPE_CHECKING, Annotated, Literal

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.core.text.language import language_of
from nlpbot.parts import FRAUD
from server.bodies import MAX_BATCH, Body, Language, Text, with_example
from server.config import ServerSettings
from server.engines import Engines
from server.errors import Problem
from server.exchange import answer, body_as
from server.judgement import SCAM, Judgement
from server.operations import Operation
from server.security import owner, require_key
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.assistant.store import Store

__all__ = ["OPERATIONS", "FeedbackRequest", "FeedbackResponse", "ScoreRequest", "ScoreResponse", "fraud_blueprint"]

MAX_EXPLAINED = 8


class ScoreRequest(Body):
    """Messages to be judged."""

    model_config = with_example(messages=[SCAM])

    messages: Annotated[list[Text], Field(min_length=1, max_length=MAX_BATCH)] = Field(examples=[[SCAM]])
    """What was received, each judged by itself."""
    explain: bool = Field(False, examples=[False])
    """Whether to find the words that made it so, which takes longer; for 8 messages at most."""
    language: Language | None = Field(None, examples=["en"])
    """Language of summaries and advice; without it that of each message."""


class ScoreResponse(Body):
    """Judgements of messages."""

    verdicts: list[Judgement]
    """One for each message, in the same order."""


class FeedbackRequest(Body):
    """What a message truly was."""

    model_config = with_example(text=SCAM, verdict="fraud")

    text: Text = Field(examples=[SCAM])
    """The message; it is kept for whoever runs this server to learn from."""
    verdict: Literal["fraud", "honest"] = Field(examples=["fraud"])
    """What it was."""


class FeedbackResponse(Body):
    """That feedback was taken in."""

    kept: bool = Field(examples=[True])
    """Always true: what can't be kept is an error."""


OPERATIONS = (
    Operation("/api/fraud/score", "post", "Judge messages.", ScoreRequest, ScoreResponse, access="key"),
    Operation(
        "/api/fraud/feedback",
        "post",
        "Say what a message truly was.",
        FeedbackRequest,
        FeedbackResponse,
        status=202,
        access="owner",
    ),
)


def fraud_blueprint(engines: Engines, store: "Store", settings: ServerSettings) -> Blueprint:
    """Return the routes of the scorer.

    Args:
        engines: what is served.
        store: keeps feedback.
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
        body = body_as(ScoreRequest)
        if body.explain and len(body.messages) > MAX_EXPLAINED:
            raise Problem(422, f"messages: {len(body.messages)} to explain; at most {MAX_EXPLAINED} expected")
        scorer = engines.service(FRAUD)
        verdicts = outputs_of(scorer.explain if body.explain else scorer.score, body.messages)
        judged = [
            judge(
                message,
                verdict,
                body.language or language_of(message),
                scorer.wording,
                synthetic=scorer.synthetic,
            )
            for message, verdict in zip(body.messages, verdicts, strict=True)
        ]
        return answer(ScoreResponse(verdicts=[Judgement.from_judged(each) for each in judged]))

    @blueprint.post("/api/fraud/feedback")
    def feedback() -> Response:
        body = body_as(FeedbackRequest)
        store.add_feedback(owner(), body.text, body.verdict)
        return answer(FeedbackResponse(kept=True), 202)

    return blueprint
