"""Other sites' pages: let in by setting, to what no cookie owns, and never with a cookie."""

import pytest
from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.cors import is_allowed_origin
from server.engines import Engines

SITE = "https://chat.example"
PREFLIGHT = {
    "Origin": SITE,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type,x-stainless-lang",
}
OPEN = {
    "/v1/chat/completions": {"messages": [{"role": "user", "content": "smishing?"}]},
    "/v1/moderations": {"input": "hello"},
    "/api/fraud/score": {"messages": ["hello"]},
    "/api/classify": {"texts": ["hello"]},
    "/api/retrieval/search": {"questions": ["hello"]},
    "/v1/embeddings": {"input": "hello"},
}
OWNED = ["/api/chat", "/api/conversations", "/api/fraud/feedback", "/metrics", "/"]


@pytest.fixture
def open_client(settings: ServerSettings, engines: Engines, store: Store) -> FlaskClient:
    opened = settings.model_copy(update={"allowed_origins": (SITE,), "api_key": "k" * 16})
    return create_app(opened, engines, store).test_client()


@pytest.mark.parametrize("path", [*OPEN, "/v1/models"])
def test_an_allowed_site_is_answered_before_it_asks_without_any_key(open_client: FlaskClient, path: str) -> None:
    answer = open_client.options(path, headers=PREFLIGHT)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert answer.headers["Access-Control-Allow-Headers"] == PREFLIGHT["Access-Control-Request-Headers"]


@pytest.mark.parametrize(("path", "body"), OPEN.items())
def test_an_allowed_site_may_read_what_comes_back(open_client: FlaskClient, path: str, body: dict) -> None:
    for key, status in (("k" * 16, 200), ("wrong", 401)):
        answer = open_client.post(path, json=body, headers={"Origin": SITE, "Authorization": f"Bearer {key}"})
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert "X-Nlpbot-Notice" in answer.headers["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
        assert "Origin" in answer.vary


@pytest.mark.parametrize("path", OWNED)
def test_what_a_cookie_owns_stays_closed_to_every_site(open_client: FlaskClient, path: str) -> None:
    answers = [open_client.options(path, headers=PREFLIGHT), open_client.get(path, headers={"Origin": SITE})]
    refused = open_client.post(path, json={"message": "hello"}, headers={"Origin": SITE})
    assert refused.status_code == 403
    for answer in [*answers, refused]:
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://chat.example", "https://chat.example:8443", "null"])
def test_other_sites_stay_closed_out(open_client: FlaskClient, origin: str) -> None:
    for path, body in OPEN.items():
        refused = open_client.post(path, json=body, headers={"Origin": origin, "Authorization": f"Bearer {'k' * 16}"})
        assert refused.status_code == 403
        assert "Access-Control-Allow-Origin" not in refused.headers
        preflight = open_client.options(path, headers=PREFLIGHT | {"Origin": origin})
        assert "Access-Control-Allow-Origin" not in preflight.headers


def test_nobody_is_let_in_by_default(client: FlaskClient) -> None:
    assert client.post("/v1/moderations", json={"input": "hello"}, headers={"Origin": SITE}).status_code == 403
    assert "Access-Control-Allow-Origin" not in client.options("/v1/models", headers=PREFLIGHT).headers


def test_no_origin_is_no_other_site() -> None:
    assert not is_allowed_origin(ServerSettings(allowed_origins=(SITE,)), None, "/v1/models")
