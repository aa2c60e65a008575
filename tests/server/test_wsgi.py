"""The server binds first, and drains when it is told to stop."""

import os
import signal
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from waitress import wasyncore

from nlpbot.core.kernel.errors import BundleError, ConfigError
from server.config import ServerSettings
from server.wsgi import Serving, bind, serve


@pytest.fixture
def signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def _free_port_settings(tmp_path: Path) -> ServerSettings:
    return ServerSettings(home=tmp_path, port=0)


def test_a_port_in_use_is_a_plain_error(tmp_path: Path) -> None:
    with bind(_free_port_settings(tmp_path)) as listener:
        taken = ServerSettings(home=tmp_path, port=listener.getsockname()[1])
        with pytest.raises(ConfigError, match=f"127.0.0.1:{taken.port}: .*in use; choose another with --port"):
            bind(taken)


def test_an_address_of_another_machine_is_a_plain_error(tmp_path: Path) -> None:
    elsewhere = ServerSettings(home=tmp_path, host="192.0.2.1", port=0, api_key="k" * 16, operator_token="o" * 16)
    with pytest.raises(ConfigError, match=r"192\.0\.2\.1:0: "):
        bind(elsewhere)


def test_the_address_can_be_opened_in_a_browser(tmp_path: Path) -> None:
    with bind(ServerSettings(home=tmp_path, host="::1", port=0)) as listener:
        assert Serving(ServerSettings(), listener).address == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_failing_start_lets_go_of_the_port(tmp_path: Path) -> None:
    ports: list[int] = []

    def damaged(serving: Serving) -> Flask:
        ports.append(int(serving.address.rsplit(":", 1)[1]))
        raise BundleError("a bundle is damaged")

    with pytest.raises(BundleError, match="damaged"):
        serve(_free_port_settings(tmp_path), damaged, say=lambda _: None)
    bind(ServerSettings(home=tmp_path, port=ports[0])).close()


@pytest.mark.usefixtures("signals")
def test_sigterm_lets_running_requests_finish(tmp_path: Path) -> None:
    app = Flask("slow")
    entered, answers, readiness = threading.Event(), list[str](), list[bool]()

    def make_app(serving: Serving) -> Flask:
        @app.get("/slow")
        def slow() -> str:
            entered.set()
            while serving.ready:
                time.sleep(0.001)
            time.sleep(0.1)  # still at work after it was told to stop
            readiness.append(serving.ready)
            return "finished"

        return app

    def visit(address: str) -> None:
        with urllib.request.urlopen(f"{address}/slow", timeout=20) as response:
            answers.append(response.read().decode())

    def say(line: str) -> None:
        thread = threading.Thread(target=visit, args=(line.removeprefix("nlpbot is ready: "),))
        thread.start()
        threads.append(thread)
        stopper = threading.Thread(target=lambda: entered.wait(20) and os.kill(os.getpid(), signal.SIGTERM))
        stopper.start()
        threads.append(stopper)

    threads: list[threading.Thread] = []
    serve(_free_port_settings(tmp_path), make_app, say=say)
    for thread in threads:
        thread.join(20)
    assert (answers, readiness) == (["finished"], [False])


@pytest.mark.usefixtures("signals")
def test_what_never_ends_is_given_up_after_the_time_to_drain(tmp_path: Path) -> None:
    app, may_end, entered = Flask("stuck"), threading.Event(), threading.Event()

    @app.get("/")
    def stuck() -> str:
        entered.set()
        may_end.wait(20)
        return "late"

    with socket.socket() as client:

        def say(line: str) -> None:
            client.connect(("127.0.0.1", int(line.rsplit(":", 1)[1])))
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            threading.Thread(
                target=lambda: entered.wait(20) and os.kill(os.getpid(), signal.SIGTERM), daemon=True
            ).start()

        settings = ServerSettings(home=tmp_path, port=0, drain_s=0.1)
        serve(settings, lambda _: app, say=say)  # returns, although the request does not
        assert entered.is_set()
        assert not may_end.is_set()
        may_end.set()


@pytest.mark.usefixtures("signals")
def test_the_application_sees_that_its_client_has_gone(tmp_path: Path) -> None:
    app, entered, seen = Flask("patient"), threading.Event(), list[bool]()

    @app.get("/")
    def patient() -> str:
        entered.set()
        gone = request.environ["waitress.client_disconnected"]
        end = time.monotonic() + 20
        while not gone() and time.monotonic() < end:
            time.sleep(0.001)
        seen.append(gone())
        os.kill(os.getpid(), signal.SIGTERM)
        return "too late"

    def visit(port: int) -> None:
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(b"GET / HTTP/1.0\r\n\r\n")
            entered.wait(20)

    def say(line: str) -> None:
        threading.Thread(target=visit, args=(int(line.rsplit(":", 1)[1]),)).start()

    serve(_free_port_settings(tmp_path), lambda _: app, say=say)
    assert seen == [True]


def test_all_who_wait_are_accepted_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = _free_port_settings(tmp_path)
    accepted: list[int] = []
    take_turn = wasyncore.poll2

    def counted(timeout: float = 0.0, map: dict | None = None) -> None:  # waitress calls it so
        before = len(map or {})
        take_turn(timeout, map)
        accepted.append(len(map or {}) - before)

    monkeypatch.setattr(wasyncore, "poll2", counted)
    listener = bind(settings)
    serving = Serving(settings, listener)
    clients = [socket.create_connection(listener.getsockname()) for _ in range(20)]
    runs = threading.Thread(target=serving.run, args=(Flask("app"),))
    runs.start()
    while sum(accepted) < len(clients):
        time.sleep(0.01)
    serving.stop()
    runs.join(30)
    for client in clients:
        client.close()
    assert max(accepted) == len(clients)
