"""However many wait for a thread, probes are answered, and who would wait too long is refused."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import Flask
from waitress.server import create_server

from server.refusals import Channel
from server.request_threads import RequestThreads

Get = Callable[[str], http.client.HTTPConnection]


class Stuck:
    """An application whose every request but probes waits for the gate."""

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.inside = threading.Semaphore(0)
        self.app = Flask("stuck")
        self.app.add_url_rule("/livez", "livez", lambda: "ok")
        self.app.add_url_rule("/<path:path>", "slow", self._slow)

    def _slow(self, path: str) -> str:
        self.inside.release()
        self.gate.wait(20)
        return path


@pytest.fixture
def stuck() -> Stuck:
    return Stuck()


@pytest.fixture
def threads() -> RequestThreads:
    return RequestThreads(2, max_wait_s=0.05)


@pytest.fixture
def get(stuck: Stuck, threads: RequestThreads) -> Iterator[Get]:
    """Return what sends a request, whose answer can be waited for later."""
    server = create_server(stuck.app, host="127.0.0.1", port=0, _dispatcher=threads)
    server.channel_class = Channel
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    opened: list[http.client.HTTPConnection] = []

    def get(path: str) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=20)
        connection.request("GET", path)
        opened.append(connection)
        return connection

    yield get
    stuck.gate.set()
    for connection in opened:
        connection.close()
    server.trigger.pull_trigger(server.close)
    threads.shutdown()
    running.join(20)


def fill(get: Get, stuck: Stuck, threads: RequestThreads) -> list[http.client.HTTPConnection]:
    """Keep both threads busy, and have a third request wait for one, for long."""
    asked = [get(f"/{number}") for number in range(2)]
    for _ in asked:
        assert stuck.inside.acquire(timeout=20)
    asked.append(get("/2"))
    while not threads.queue:
        time.sleep(0.001)
    time.sleep(0.1)
    return asked


def test_probes_are_answered_while_all_threads_are_busy(get: Get, stuck: Stuck, threads: RequestThreads) -> None:
    fill(get, stuck, threads)
    assert get("/livez").getresponse().read() == b"ok"
    assert get("/livez").getresponse().read() == b"ok"


def test_who_would_wait_too_long_for_a_thread_is_refused(get: Get, stuck: Stuck, threads: RequestThreads) -> None:
    asked = fill(get, stuck, threads)
    refused = get("/api/chat").getresponse()
    assert (refused.status, refused.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(refused.headers["Retry-After"]) >= 1
    assert json.load(refused)["status"] == 503
    assert "error" in json.load(get("/v1/models").getresponse())
    stuck.gate.set()
    assert [connection.getresponse().read() for connection in asked] == [b"0", b"1", b"2"]
    assert get("/again").getresponse().read() == b"again"


def test_who_is_only_on_the_way_to_a_free_thread_is_never_refused(threads: RequestThreads) -> None:
    """Threads take some time to wake; however long nothing was asked before, nobody waits then."""
    threads.shutdown()  # so that nobody takes what is queued
    time.sleep(0.1)
    asked = [SimpleNamespace(requests=[SimpleNamespace(path="/static/page.js", error=None)]) for _ in range(2)]
    for channel in asked:
        threads.add_task(channel)
    assert [channel.requests[0].error for channel in asked] == [None, None]


def test_what_is_no_http_is_told_so(get: Get, stuck: Stuck, threads: RequestThreads) -> None:
    fill(get, stuck, threads)
    connection = get("/livez")
    connection.getresponse().read()
    connection.sock.sendall(b"no request\r\n\r\n")
    assert connection.sock.recv(100).startswith(b"HTTP/1.0 400")
