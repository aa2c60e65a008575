"""How the server is: alive, ready, and in figures."""

from flask.testing import FlaskClient

from nlpbot.assistant.store import Store
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines


def test_it_is_ready_with_its_parts_until_it_stops(settings: ServerSettings, engines: Engines, store: Store) -> None:
    stopping: list[bool] = []
    client = create_app(settings, engines, store, ready=lambda: not stopping).test_client()
    assert client.get("/readyz").text == f"ready: {', '.join(slot.name for slot in engines.slots)}\n"
    stopping.append(True)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text.split(":")[0]) == (503, "stopping")
    assert client.get("/livez").status_code == 200


def test_methods_that_clients_invent_make_no_series_of_their_own(client: FlaskClient) -> None:
    for number in range(3):
        client.open("/livez", method=f"INVENTED{number}")
    client.open("/livez", method="HEAD")
    figures = client.get("/metrics").text
    assert 'nlpbot_requests_total{method="other",route="none",status="405"} 3.0' in figures
    assert 'nlpbot_requests_total{method="HEAD",route="/livez",status="200"} 1.0' in figures
    assert "INVENTED" not in figures


def test_requests_are_counted_by_route_and_without_what_was_said(client: FlaskClient) -> None:
    client.post("/api/chat", json={"message": "my secret"})
    client.get("/api/conversations/0123456789abcdef0123456789abcdef")
    client.get("/no/such/page/secret")
    figures = client.get("/metrics").text
    assert 'nlpbot_requests_total{method="POST",route="/api/chat",status="200"} 1.0' in figures
    assert 'route="/api/conversations/<conversation>",status="404"} 1.0' in figures
    assert 'route="none",status="404"} 1.0' in figures
    assert "nlpbot_waiting 0.0" in figures
    assert "secret" not in figures
    assert "0123456789abcdef" not in figures
