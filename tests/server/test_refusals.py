"""What the running server refuses by itself is a problem, and reaches clients that are still sending."""

import json
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse

import pytest
from flask import Flask

from server import refusals
from server.config import ServerSettings
from server.wsgi import Serving, bind

MOST = 1 << 20
LENGTH = "Content-Length: {}\r\n\r\n"
CHUNK = f"{MOST:x}\r\n{'a' * MOST}\r\n"
CHUNKED = "Transfer-Encoding: chunked\r\n\r\n"
REFUSED = [
    (LENGTH.format(MOST + 1) + "a" * (MOST + 1), 413, "at most 1,048,576 bytes"),
    (LENGTH.format(MOST + 1) + "not so long", 413, "at most 1,048,576 bytes"),
    (LENGTH.format(1 << 40), 413, "at most 1,048,576 bytes"),
    ("Expect: 100-continue\r\n" + LENGTH.format(MOST + 1), 413, "at most 1,048,576 bytes"),
    (CHUNKED + CHUNK * 3, 413, "at most 1,048,576 bytes"),
    (CHUNKED + "what?\r\n", 400, "chunk"),
    ("Transfer-Encoding: gzip\r\n\r\n", 501, "Transfer-Encoding"),
    ("Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400, "Content-Length"),
    (LENGTH.format("9" * 5000), 400, "can't be read"),
    ("no colon\r\n\r\n", 400, "header"),
]


@pytest.fixture
def server(app: Flask, settings: ServerSettings) -> Iterator[Serving]:
    """Return the application as it is really served."""

    @app.post("/api/length")
    @app.post("/v1/length")
    def length() -> str:
        from flask import request

        return str(len(request.get_data()))

    settings = settings.model_copy(update={"port": 0})
    serving = Serving(settings, bind(settings))
    thread = threading.Thread(target=serving.run, args=(app,))
    thread.start()
    yield serving
    serving.stop()
    thread.join(20)


def answer(server: Serving, head: str) -> tuple[HTTPResponse, bytes]:
    with socket.create_connection(("127.0.0.1", int(server.address.rsplit(":", 1)[1])), timeout=20) as connection:
        connection.sendall(head.encode())
        response = HTTPResponse(connection)
        response.begin()
        return response, response.read()


@pytest.mark.parametrize(("rest", "status", "says"), REFUSED)
def test_a_refusal_is_a_problem(server: Serving, rest: str, status: int, says: str) -> None:
    response, body = answer(server, f"POST /api/length HTTP/1.1\r\nHost: localhost\r\n{rest}")
    assert (response.status, response.headers["Content-Type"]) == (status, "application/problem+json")
    problem = json.loads(body)
    assert problem["status"] == status
    assert says in problem["detail"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"


def test_on_v1_it_is_openais_error(server: Serving) -> None:
    response, body = answer(server, f"POST /v1/length HTTP/1.1\r\nHost: localhost\r\n{LENGTH.format(1 << 40)}")
    assert (response.status, response.headers["Content-Type"]) == (413, "application/json")
    error = json.loads(body)["error"]
    assert error["type"] == "invalid_request_error"
    assert "at most 1,048,576 bytes" in error["message"]


@pytest.mark.parametrize("line", ["GET http://[ HTTP/1.1", "GET http://[x]/ HTTP/1.1", "nonsense"])
def test_a_line_that_can_not_be_read_is_a_problem(server: Serving, line: str) -> None:
    response, body = answer(server, f"{line}\r\nHost: localhost\r\n\r\n")
    assert (response.status, json.loads(body)["status"]) == (400, 400)


def test_a_body_that_is_not_there_is_not_waited_for(server: Serving) -> None:
    response, body = answer(server, "GET /livez HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n\r\n")
    assert (response.status, body) == (200, b"ok\n")


def test_a_head_too_large_is_a_problem(server: Serving) -> None:
    response, body = answer(server, f"GET / HTTP/1.1\r\nHost: localhost\r\nA: {'a' * (1 << 18)}\r\n\r\n")
    assert (response.status, json.loads(body)["status"]) == (431, 431)


def post(server: Serving, size: int) -> tuple[int, bytes]:
    request = urllib.request.Request(f"{server.address}/api/length", b"a" * size, {"Content-Type": "text/plain"})
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def test_a_body_of_the_full_size_is_taken(server: Serving) -> None:
    assert post(server, MOST) == (200, str(MOST).encode())


def test_a_client_that_sends_everything_first_is_answered_all_the_same(server: Serving) -> None:
    status, body = post(server, 16 * MOST)
    assert (status, json.loads(body)["title"]) == (413, "Too large")


def test_a_client_that_goes_on_and_on_is_cut_off(server: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_UNREAD", MOST)
    host = server.address.removeprefix("http://").split(":")
    with socket.create_connection((host[0], int(host[1])), timeout=20) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\nHost: localhost\r\n{LENGTH.format(1 << 40)}".encode())
        with pytest.raises(ConnectionError):
            connection.sendall(bytes(64 * MOST))


def test_the_next_request_is_answered_after_a_refusal(server: Serving) -> None:
    assert post(server, 2 * MOST)[0] == 413
    connection = HTTPConnection(server.address.removeprefix("http://"), timeout=20)
    connection.request("GET", "/livez")
    assert connection.getresponse().read() == b"ok\n"
    connection.close()
