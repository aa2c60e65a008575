"""/v1/moderations: OpenAI's moderations by the fraud scorer, which looks for fraud and for nothing else."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from flask import Blueprint, Response
from pydantic import Field

from nlpbot.core.text.language import language_of
from nlpbot.parts import FRAUD
from server.bodies import MAX_MESSAGE, Body
from server.config import ServerSettings
from server.engines import Engines, Served
from server.errors import Problem
from server.exchange import answer, body_as
from server.models import check_model
from server.notices import check_strict, cut_notices, with_notices
from server.openai_fields import Inputs, Notices, Request, body_config
from server.operations import Operation
from server.security import require_key
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.fraud.predictor import Verdict
    from nlpbot.fraud.service import FraudService

__all__ = ["OPERATIONS", "ModerationRequest", "ModerationResult", "Moderations", "moderations_blueprint"]

OPENAIS = ("omni-moderation", "text-moderation")
"""How the names of OpenAI's moderation models begin, which clients send of themselves."""


class ModerationRequest(Request):
    """Look for fraud in texts, by OpenAI's shape."""

    model_config = body_config(input="Your parcel is held. Pay the fee today.")

    model: str = Field("fraud", examples=["fraud"])
    """The scorer, `fraud`; OpenAI's names of moderation models mean it, too."""
    input: Inputs = Field(
        examples=["Your parcel is held. Pay the fee today.", [{"type": "text", "text": "Pay the fee today."}]]
    )
    """A text, up to 256 of them, or the parts of one message, whose texts are read together. Of a text over 4,000
    characters the beginning is read."""
    strict: bool = Field(False, examples=[True])
    """Whether to refuse, by status 400, what would be cut or ignored."""

    @property
    def texts(self) -> list[str]:
        """What is judged, each by itself."""
        texts = [each if isinstance(each, str) else each.text or "" for each in self.input]
        return texts if all(isinstance(each, str) for each in self.input) else ["\n".join(filter(None, texts))]

    @property
    def has_other_parts(self) -> bool:
        """Whether something is no text."""
        return any(not isinstance(each, str) and each.is_other for each in self.input)


class ModerationResult(Body):
    """What is thought of a text. It never says that a text is safe."""

    flagged: bool = Field(examples=[True])
    """Whether it looks like fraud; that nothing was found is no proof."""
    categories: dict[str, bool] = Field(examples=[{"fraud": True}])
    """The one thing that is looked for, `fraud`: nothing is said of OpenAI's categories."""
    category_scores: dict[str, float] = Field(examples=[{"fraud": 0.97}])
    """Its probability, from 0 to 1, calibrated on texts held out."""
    category_applied_input_types: dict[str, list[str]] = Field(examples=[{"fraud": ["text"]}])
    """That text was judged."""
    verdict: Literal["honest", "unsure", "fraud", "too_short"] = Field(examples=["fraud"])
    """More than yes or no: `unsure` is not flagged, nor is `too_short`; `honest` only means that no sign was found."""
    kind: str | None = Field(examples=["parcel_fee"])
    """The likeliest kind of fraud, or null."""
    summary: str = Field(examples=["This looks like fraud. Don't do what it asks."])
    """The verdict in a sentence, in the language of the text."""

    @classmethod
    def from_verdict(cls, verdict: "Verdict", summary: str) -> "ModerationResult":
        """Return a verdict, and what is said of it, in OpenAI's shape."""
        flagged = verdict.verdict == "fraud"
        return cls(
            flagged=flagged,
            categories={"fraud": flagged},
            category_scores={"fraud": verdict.probability},
            category_applied_input_types={"fraud": ["text"]},
            verdict=verdict.verdict,
            kind=verdict.kind,
            summary=summary,
        )


class Moderations(Body):
    """Whether texts look like fraud."""

    id: str = Field(examples=["modr-8f1d0c2b9a7e4f35"])
    """Name of the answer."""
    model: str = Field(examples=["fraud"])
    """Which model judged."""
    results: list[ModerationResult]
    """One for each text, in the same order."""
    notices: Notices = []
    """What was cut or left out of the request; it is in the header `X-Nlpbot-Notice`, too."""


OPERATIONS = (
    Operation("/v1/moderations", "post", "Look for fraud in texts.", ModerationRequest, Moderations, access="key"),
)


def moderations_blueprint(engines: Engines, settings: ServerSettings) -> Blueprint:
    """Return the route of moderations."""
    blueprint = Blueprint("moderations", __name__)

    @blueprint.post("/v1/moderations")
    def moderations() -> Response:
        require_key(settings)
        body = body_as(ModerationRequest)
        scorer = check_model(body.model, _scorer_named(engines, body.model))
        notices = _notices(body)
        check_strict(body.strict, [*body.unknown, *notices])
        results = _results(scorer.service, [text[:MAX_MESSAGE] for text in body.texts])
        name = f"modr-{secrets.token_hex(8)}"
        return with_notices(
            answer(Moderations(id=name, model=scorer.slot.name, results=results, notices=notices)), notices
        )

    return blueprint


def _scorer_named(engines: Engines, name: str) -> "Served[FraudService] | None":
    """Return the scorer that a name means, or None where it means none that is served."""
    return engines.find(FRAUD, None if name.startswith(OPENAIS) else name)


def _notices(body: ModerationRequest) -> list[str]:
    """Return what of a request is cut or left out.

    Raises:
        Problem: there is no text in it.
    """
    if not all(body.texts):
        raise Problem(422, "input: no text in it; text is judged alone")
    notices = cut_notices("input", body.texts, MAX_MESSAGE)
    if body.has_other_parts:
        notices.append("input: parts that are no text were left out")
    return notices


def _results(scorer: "FraudService", texts: Sequence[str]) -> list[ModerationResult]:
    """Return what is thought of each text.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    from nlpbot.fraud.judgement import judge

    results = list[ModerationResult]()
    for text, verdict in zip(texts, outputs_of(scorer.score, texts), strict=True):
        judged = judge(text, verdict, language_of(text), scorer.wording, synthetic=scorer.synthetic)
        results.append(ModerationResult.from_verdict(verdict, judged.summary))
    return results
