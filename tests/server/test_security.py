"""Who may do what, and what is refused at the door."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines

JSON = {"Content-Type": "application/json"}
REFUSALS = [
    (b"", {}, 400, "JSON"),
    (b"{", {}, 400, "JSON"),
    (b"[" * 100_000, {}, 400, "JSON"),
    (b'{"message": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001, {}, 400, "JSON"),
    (b'{"message": "\xff"}', {}, 400, "JSON"),
    (b'{"message": "\\ud800"}', {}, 400, "JSON"),
    (b"[]", {}, 422, "object"),
    (b"{}", {}, 422, "required"),
    (b'{"message": ""}', {}, 422, "at least 1"),
    (b'{"message": 3}', {}, 422, "string"),
    (b'{"message": "a\\u0000b"}', {}, 422, "U+0000"),
    (b'{"message": "' + b"a" * 4001 + b'"}', {}, 422, "at most 4000"),
    (b'{"message": "hi", "admin": true}', {}, 422, "Extra"),
    (b'{"message": "hi", "' + b"a" * 900_000 + b'": 1}', {}, 422, "aaaa: Extra"),
    (b'{"message": "a", "message": 3}', {}, 422, "string"),
    (b'{"message": 1e999}', {}, 422, "string"),
    (b'{"message": NaN}', {}, 422, "string"),
    (b'{"message": ' + b"9" * 100_000 + b"}", {}, 400, "JSON"),
    (b'{"message": "hi", "conversation": "../../etc"}', {}, 422, "pattern"),
    (b'{"message": "hi", "language": "xx"}', {}, 422, "'en'"),
    (b'{"message": "' + b"a" * (1 << 20) + b'"}', {}, 413, ""),
    (b'{"message": "hi"}', {"Content-Type": "text/plain"}, 415, "application/json"),
    (b'{"message": "hi"}', {"Host": "evil.example"}, 403, "evil.example"),
    (b'{"message": "hi"}', {"Host": "127.0.0.1.evil.example:80"}, 403, "not served"),
    (b'{"message": "hi"}', {"Host": "localhost, evil.example"}, 403, "evil.example"),
    (b'{"message": "hi"}', {"Host": "localhost:abc"}, 403, "localhost:abc"),
    (b'{"message": "hi"}', {"Host": ""}, 403, "not served"),
    (b'{"message": "hi"}', {"Origin": "https://evil.example"}, 403, "other sites"),
    (b'{"message": "hi"}', {"Origin": "null"}, 403, "other sites"),
    (b'{"message": "hi"}', {"Origin": "http://["}, 403, "other sites"),
    (b'{"message": "hi"}', {"Origin": ""}, 403, "other sites"),
    (b'{"message": "hi"}', {"Origin": "http://localhost:3000"}, 403, "this is 'http://localhost'"),
    (b'{"message": "hi"}', {"Origin": "https://localhost"}, 403, "set NLPBOT_TRUSTED_PROXIES"),
    (b'{"message": "hi"}', {"Sec-Fetch-Site": "cross-site"}, 403, "other sites"),
    (b'{"message": "hi"}', {"Sec-Fetch-Site": "same-site"}, 403, "other sites"),
    (b'{"message": "hi"}', {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403, "other sites"),
    (b'{"message": "hi", "conversation": "00000000000000000000000000000000"}', {}, 404, "no such"),
]


@pytest.mark.parametrize(("body", "headers", "status", "says"), REFUSALS)
def test_bad_requests_are_refused(client: FlaskClient, body: bytes, headers: dict, status: int, says: str) -> None:
    refused = client.post("/api/chat", data=body, headers=JSON | headers)
    assert (refused.status_code, refused.mimetype) == (status, "application/problem+json"), refused.text
    assert refused.json["status"] == status
    assert says in refused.json["detail"]
    assert len(refused.text) < 1000
    assert client.get("/api/conversations").json == {"conversations": []}


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_this_machines_names_are_served(client: FlaskClient, host: str) -> None:
    origin = {"Host": host, "Origin": f"http://{host.lower()}"}
    assert client.post("/api/chat", json={"message": "hello"}, headers=origin).status_code == 200


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_the_page_or_the_user_sends_is_served(client: FlaskClient, site: str) -> None:
    assert client.post("/api/chat", json={"message": "hello"}, headers={"Sec-Fetch-Site": site}).status_code == 200


def test_links_from_other_sites_lead_to_the_page(client: FlaskClient) -> None:
    assert client.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


def test_the_origin_has_the_scheme_that_a_proxy_speaks(client: FlaskClient) -> None:
    secure = {"wsgi.url_scheme": "https"}
    for origin, status in (("https://localhost", 200), ("http://localhost", 403)):
        headers = {"Origin": origin, "Host": "localhost"}
        answer = client.post("/api/chat", json={"message": "hi"}, headers=headers, environ_overrides=secure)
        assert answer.status_code == status


def test_too_many_requests_are_told_when_to_come_back(settings: ServerSettings, engines: Engines, store: Store) -> None:
    slow = settings.model_copy(update={"requests_per_minute": 1})  # so that none is earned meanwhile
    client = create_app(slow, engines, store).test_client()
    answers = [client.get("/api/conversations") for _ in range(61)]
    assert answers[59].status_code == 200
    refused = answers[-1]
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert int(refused.headers["Retry-After"]) >= 1
    assert client.get("/livez").status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/api/conversations", "/v1/models", "/livez", "/nothing", "/static/page.js"]
)
def test_every_answer_forbids_what_a_page_needs_not(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
        assert not any(bad in answer.headers["Content-Security-Policy"] for bad in ("unsafe", "*", "http", "data:"))
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert (answer.headers.get("Cache-Control") == "no-store") == path.startswith(("/api/", "/v1/"))


def test_the_cookie_is_for_this_browser_and_this_site_only(client: FlaskClient) -> None:
    cookie = client.get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Set-Cookie" not in client.get("/").headers  # it has one


def test_a_forged_cookie_owns_nothing(app: Flask, client: FlaskClient) -> None:
    client.post("/api/chat", json={"message": "my secret"})
    cookie = client.get_cookie("nlpbot")
    assert cookie is not None
    forger = app.test_client()
    forger.set_cookie("nlpbot", cookie.value[:-3] + "abc")
    assert forger.get("/api/conversations").json == {"conversations": []}
    thief = app.test_client()
    thief.set_cookie("nlpbot", cookie.value)
    assert len(thief.get("/api/conversations").json["conversations"]) == 1


def test_cookies_outlive_a_restart(
    client: FlaskClient, settings: ServerSettings, engines: Engines, store: Store
) -> None:
    client.post("/api/chat", json={"message": "hello"})
    cookie = client.get_cookie("nlpbot")
    assert cookie is not None
    again = create_app(settings, engines, store).test_client()
    again.set_cookie("nlpbot", cookie.value)
    assert len(again.get("/api/conversations").json["conversations"]) == 1


def test_the_secret_is_its_owners_alone(app: Flask, tmp_path: Path) -> None:
    assert (tmp_path / "secret").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("path", ["/v1/models", "/metrics"])
@pytest.mark.parametrize("given", ["", "Bearer wrong", "Bearer ", "Basic dXNlcg==", "Bearer kkkkkkkkkkkkkkké"])
def test_keys_open_what_they_are_for(
    settings: ServerSettings, engines: Engines, store: Store, path: str, given: str
) -> None:
    tokens = {"api_key": "k" * 16, "operator_token": "o" * 16}
    locked = create_app(settings.model_copy(update=tokens), engines, store).test_client()
    assert locked.get(path, headers={"Authorization": given}).status_code == 401
    right = tokens["api_key" if path.startswith("/v1") else "operator_token"]
    wrong = tokens["operator_token" if path.startswith("/v1") else "api_key"]
    assert locked.get(path, headers={"Authorization": f"Bearer {wrong}"}).status_code == 401
    assert locked.get(path, headers={"Authorization": f"Bearer {right}"}).status_code == 200


def test_a_host_behind_a_proxy_is_served_when_named(settings: ServerSettings, engines: Engines, store: Store) -> None:
    named = create_app(settings.model_copy(update={"allowed_hosts": ("bot.example",)}), engines, store).test_client()
    assert named.get("/livez", headers={"Host": "bot.example"}).status_code == 200
    assert named.get("/livez", headers={"Host": "other.example"}).status_code == 403
