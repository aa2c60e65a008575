"""The route of /v1/completions."""

from flask import Blueprint, Response

from nlpbot.core.serving.limits import ConcurrencyLimit
from nlpbot.parts import LM
from server.completions.prompts import read_prompts
from server.completions.schemas import Completion, CompletionRequest
from server.completions.writing import completion_chunks, whole_completion
from server.config import ServerSettings
from server.engines import Engines
from server.exchange import answer, body_as
from server.models import check_model
from server.notices import check_strict, with_notices
from server.openai_streams import chunk_events, failure_event, held
from server.operations import Operation
from server.security import require_key
from server.streams import event_stream
from server.waiting import while_client_waits

__all__ = ["OPERATIONS", "completions_blueprint"]

OPERATIONS = (
    Operation(
        "/v1/completions",
        "post",
        "Write on from a prompt.",
        CompletionRequest,
        Completion,
        stream='data: {"choices": [{"text": " is bright", …}], …}\n\ndata: [DONE]\n\n',
        access="key",
    ),
)


def completions_blueprint(engines: Engines, limit: ConcurrencyLimit, settings: ServerSettings) -> Blueprint:
    """Return the route of the language model.

    Args:
        engines: what is served.
        limit: of streams at once.
        settings: of the server.
    """
    blueprint = Blueprint("completions", __name__)

    @blueprint.post("/v1/completions")
    def completions() -> Response:
        require_key(settings)
        body = body_as(CompletionRequest)
        lm = check_model(body.model, engines.find(LM, body.model))
        prompts = read_prompts(lm.service.predictor, body)
        notices = [notice for prompt in prompts for notice in prompt.notices]
        check_strict(body.strict, [*body.unknown, *notices])
        chunks = completion_chunks(lm, body, prompts)
        if body.stream:
            events = held(chunk_events(chunks, body.stream_options), limit)
            return with_notices(event_stream(events, failure_event), notices)
        with limit.hold():
            return with_notices(answer(whole_completion(while_client_waits(chunks))), notices)

    return blueprint
