"""OpenAI's moderations by the fraud scorer: whether texts look like fraud, and nothing else."""

import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from nlpbot.core.text.language import language_of
from nlpbot.parts import FRAUD
from server.engines import Engines, Served
from server.errors import Problem
from server.notices import notices_field
from server.openai_schemas import ModerationRequest
from server.schemas import MAX_MESSAGE
from server.waiting import outputs_of

if TYPE_CHECKING:
    from nlpbot.fraud.predictor import Verdict
    from nlpbot.fraud.service import FraudService

__all__ = ["moderation_notices", "moderations", "scorer_named"]

OPENAIS = ("omni-moderation", "text-moderation")
"""How the names of OpenAI's moderation models begin, which clients send of themselves."""


def scorer_named(engines: Engines, name: str) -> "Served[FraudService] | None":
    """Return the scorer that a name means, or None where it means none that is served."""
    return engines.find(FRAUD, None if name.startswith(OPENAIS) else name)


def moderation_notices(body: ModerationRequest) -> list[str]:
    """Return what of a request is cut or left out.

    Raises:
        Problem: there is no text in it.
    """
    if not all(body.texts):
        raise Problem(422, "input: no text in it; text is judged alone")
    notices = [
        f"input.{place}: {len(text)} characters; the first {MAX_MESSAGE} were read"
        for place, text in enumerate(body.texts)
        if len(text) > MAX_MESSAGE
    ]
    if body.has_other_parts:
        notices.append("input: parts that are no text were left out")
    return notices


def moderations(scorer: "Served[FraudService]", body: ModerationRequest, notices: Sequence[str]) -> dict[str, Any]:
    """Return what is thought of each text, and what was cut of it.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    name, service = scorer.slot.name, scorer.service
    texts = [text[:MAX_MESSAGE] for text in body.texts]
    judged = zip(texts, outputs_of(service.score, texts), strict=True)
    results = [_result(text, verdict, service) for text, verdict in judged]
    return {"id": f"modr-{secrets.token_hex(8)}", "model": name, "results": results, **notices_field(notices)}


def _result(text: str, verdict: "Verdict", scorer: "FraudService") -> dict[str, Any]:
    from nlpbot.fraud.judgement import judge

    flagged = verdict.verdict == "fraud"
    return {
        "flagged": flagged,
        "categories": {"fraud": flagged},
        "category_scores": {"fraud": verdict.probability},
        "category_applied_input_types": {"fraud": ["text"]},
        "verdict": verdict.verdict,
        "kind": verdict.kind,
        "summary": judge(text, verdict, language_of(text), scorer.wording, synthetic=scorer.synthetic).summary,
    }
