"""Who may do what: host and origin, the cookie that owns conversations, keys, and what a page may load."""

import hmac
import secrets
from pathlib import Path

from flask import Flask, Response, g, request
from itsdangerous import BadSignature, URLSafeSerializer

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.serving.limits import RateLimit
from server.config import ServerSettings
from server.cors import is_allowed_origin
from server.errors import Problem

__all__ = ["HEADERS", "owner", "register_security", "require_key", "require_operator"]

COOKIE = "nlpbot"
COOKIE_AGE_S = 365 * 24 * 3600
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}
OWN_SITE = {"same-origin", "none"}
"""What browsers say of requests by this page or by the user; "same-site" is a page at another port of this machine."""
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def register_security(app: Flask, settings: ServerSettings) -> None:
    """Check each request at the door, and set what goes out with each response."""
    serializer = URLSafeSerializer(_secret(BundleHome(settings.home).secret), salt="owner")
    limit = RateLimit(per_minute=settings.requests_per_minute, burst=60)
    hosts = LOCAL_NAMES | {settings.host.lower(), *settings.allowed_hosts}

    @app.before_request
    def check() -> None:
        if _name(request.host) not in hosts:
            asked = request.headers.get("Host", "")
            raise Problem(403, f"host {asked!r} is not served here; name it with --allow-host")
        allowed = is_allowed_origin(settings, request.headers.get("Origin"), request.path)
        if request.method not in SAFE_METHODS and not allowed:
            _check_site()
        if request.path.startswith(("/api/", "/v1/")):
            limit.check(request.remote_addr or "")
        g.owner, g.fresh_owner = _read_owner(serializer)

    @app.after_request
    def finish(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.path.startswith(("/api/", "/v1/")):
            response.headers["Cache-Control"] = "no-store"
        if g.get("fresh_owner"):
            response.set_cookie(
                COOKIE,
                str(serializer.dumps(g.owner)),
                max_age=COOKIE_AGE_S,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure,
            )
        return response


def owner() -> str:
    """Return who the browser of this request is: the owner of its conversations."""
    return str(g.owner)


def require_key(settings: ServerSettings) -> None:
    """Refuse a request without the API key, where one is set.

    Raises:
        Problem: the key is missing or wrong.
    """
    _require(settings.api_key, "the API key")


def require_operator(settings: ServerSettings) -> None:
    """Refuse a request without the operator's token, where one is set.

    Raises:
        Problem: the token is missing or wrong.
    """
    _require(settings.operator_token, "the operator's token")


def _require(expected: str | None, name: str) -> None:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if expected is not None and not hmac.compare_digest(given.encode(), expected.encode()):
        raise Problem(401, f"{name} expected as `Authorization: Bearer …`")


def _check_site() -> None:
    """Refuse what a page of another site sends; other programs send neither header, or the right ones.

    Raises:
        Problem: the request comes from elsewhere.
    """
    origin, here = request.headers.get("Origin"), f"{request.scheme}://{request.host}"
    if origin is not None and origin.lower() != here.lower():
        behind = "; behind a proxy that speaks https, set NLPBOT_TRUSTED_PROXIES"
        hint = behind if origin.lower() == f"https://{request.host}".lower() else ""
        raise Problem(403, f"requests from other sites are refused: Origin is {origin!r}, this is {here!r}{hint}")
    site = request.headers.get("Sec-Fetch-Site", "none")
    if site not in OWN_SITE:
        raise Problem(403, f"requests from other sites are refused: Sec-Fetch-Site is {site!r}")


def _read_owner(serializer: URLSafeSerializer) -> tuple[str, bool]:
    cookie = request.cookies.get(COOKIE)
    if cookie is not None:
        try:
            return str(serializer.loads(cookie)), False
        except BadSignature:
            pass
    return secrets.token_hex(16), request.path == "/" or request.path.startswith("/api/")


def _secret(path: Path) -> str:
    """Return the secret that signs cookies, made once and readable by its owner alone."""
    if not path.is_file():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(32), encoding="utf-8")
        fresh.replace(path)
    return path.read_text(encoding="utf-8")


def _name(host: str) -> str:
    """Return a Host header without its port, in lower case."""
    return (host.rsplit(":", 1)[0] if host.rsplit(":", 1)[-1].isdigit() else host).lower()
