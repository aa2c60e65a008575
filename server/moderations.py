"""OpenAI's moderations by the fraud scorer: whether texts look like fraud, and nothing else."""

import secrets
from collections.abc import Sequence
from typing import Any

from nlpbot.core.text.language import language_of
from server.engines import Engines
from server.errors import Problem
from server.notices import notices_field
from server.openai_schemas import ModerationRequest
from server.schemas import MAX_MESSAGE

__all__ = ["is_moderation_model", "moderation_notices", "moderations"]

OPENAIS = ("omni-moderation", "text-moderation")
"""How the names of OpenAI's moderation models begin, which clients send of themselves."""


def is_moderation_model(name: str) -> bool:
    """Return whether a name means the scorer."""
    return name == "fraud" or name.startswith(OPENAIS)


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


def moderations(engines: Engines, body: ModerationRequest, notices: Sequence[str]) -> dict[str, Any]:
    """Return what is thought of each text, and what was cut of it.

    Raises:
        Overloaded: too many requests are waiting.
        Closed: the engine is stopping.
    """
    texts = [text[:MAX_MESSAGE] for text in body.texts]
    verdicts = engines.run_all("fraud", texts)
    scorer = engines.loaded["fraud"]
    results = [_result(text, verdict, scorer) for text, verdict in zip(texts, verdicts, strict=True)]
    return {"id": f"modr-{secrets.token_hex(8)}", "model": "fraud", "results": results, **notices_field(notices)}


def _result(text: str, verdict: Any, scorer: Any) -> dict[str, Any]:
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
