"""Which other sites' pages may use the API from a browser (CORS): those of the settings, and only what no cookie owns.

Credentials are never allowed, so that a page of another site can't read or change this browser's conversations.
"""

from flask import Flask, Response, request

from server.config import ServerSettings
from server.notices import NOTICE

__all__ = ["is_allowed_origin", "register_cors"]

OPEN = ("/v1/", "/api/fraud/score", "/api/classify", "/api/retrieval/search", "/api/vision/digits")
"""How paths begin that know no cookie."""
READABLE = f"Retry-After, {NOTICE}"
REMEMBERED_S = 600


def is_allowed_origin(settings: ServerSettings, origin: str | None, path: str) -> bool:
    """Return whether the pages of another site may use a path."""
    return origin in settings.allowed_origins and path.startswith(OPEN)


def register_cors(app: Flask, settings: ServerSettings) -> None:
    """Answer browsers that ask before a request, and let the pages of allowed sites read what comes back."""

    @app.before_request
    def answer_preflight() -> Response | None:
        is_preflight = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
        if not is_preflight or not is_allowed_origin(settings, request.headers.get("Origin"), request.path):
            return None
        response = Response(status=204)
        response.headers["Access-Control-Allow-Methods"] = "GET, POST"
        response.headers["Access-Control-Allow-Headers"] = request.headers.get("Access-Control-Request-Headers", "")
        response.headers["Access-Control-Max-Age"] = str(REMEMBERED_S)
        return response

    @app.after_request
    def allow(response: Response) -> Response:
        if request.path.startswith(OPEN):
            response.vary.add("Origin")
        if is_allowed_origin(settings, origin := request.headers.get("Origin"), request.path):
            response.headers["Access-Control-Allow-Origin"] = str(origin)
            response.headers["Access-Control-Expose-Headers"] = READABLE
        return response
