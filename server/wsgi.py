"""Serve the application with waitress, and stop without cutting anybody off."""

import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server

from nlpbot.core.kernel.errors import ConfigError
from server.config import ServerSettings
from server.refusals import Channel
from server.request_threads import RequestThreads

__all__ = ["Serving", "bind", "serve"]

END_S = 5.0
"""Seconds that the server's thread gets to end."""
CONNECTIONS = 500
"""Connections at once; others would wait unseen, so they are more than are ever answered, and get refusals instead."""


def bind(settings: ServerSettings) -> socket.socket:
    """Return a socket that listens, before any model is loaded for nothing.

    Raises:
        ConfigError: the port is taken, or the address is not this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise ConfigError(f"{settings.host}:{settings.port}: {error.strerror}; choose another with --port") from error
    return listener


class Serving:
    """A server that runs, and drains when it is told to stop: not ready, finish what runs, then end."""

    def __init__(self, settings: ServerSettings, listener: socket.socket) -> None:
        self._settings = settings
        self._listener = listener
        self._stopping = threading.Event()
        host, port = listener.getsockname()[:2]
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def ready(self) -> bool:
        """Whether new requests are welcome."""
        return not self._stopping.is_set()

    def stop(self, *_: Any) -> None:
        """Begin to drain."""
        self._stopping.set()

    def run(self, app: Flask) -> None:
        """Serve until told to stop, then until what runs is done, at most `drain_s`."""
        server: Any = create_server(
            app,
            sockets=[self._listener],
            _dispatcher=RequestThreads(self._settings.request_threads, max_wait_s=self._settings.max_wait_s),
            ident="nlpbot",
            channel_timeout=60,
            channel_request_lookahead=1,  # it reads on while a request runs, and so sees a client go
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            max_request_body_size=self._settings.max_body_bytes + 1,  # waitress refuses this size too
            clear_untrusted_proxy_headers=self._settings.trusted_proxies == 0,
        )
        server.channel_class = Channel
        server.handle_accept = partial(_accept_all, server, server.handle_accept)
        thread = threading.Thread(target=server.run, name="waitress", daemon=True)
        thread.start()
        while not self._stopping.wait(0.2):
            pass
        end = time.monotonic() + self._settings.drain_s
        while time.monotonic() < end and _busy(server):
            time.sleep(0.05)
        # Closed by its own thread, which would else find its sockets gone under its feet.
        with suppress(OSError):  # the thread has ended, and its sockets with it
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        thread.join(END_S)
        server.task_dispatcher.shutdown()


def serve(settings: ServerSettings, make_app: Callable[[Serving], Flask], *, say: Callable[[str], None]) -> None:
    """Bind, make the application, serve it until SIGTERM or Ctrl-C, and drain.

    Raises:
        ConfigError: the port is taken.
    """
    listener = bind(settings)
    serving = Serving(settings, listener)
    try:
        app = make_app(serving)
    except BaseException:
        listener.close()
        raise
    signal.signal(signal.SIGTERM, serving.stop)
    signal.signal(signal.SIGINT, serving.stop)
    say(f"nlpbot is ready: {serving.address}")
    serving.run(app)


def _accept_all(server: Any, accept: Callable[[], None]) -> None:
    """Accept everybody who waits: at one a turn of its loop, waitress would leave most of them unseen under load."""
    before = -1
    while before < len(server._map) < CONNECTIONS:
        before = len(server._map)
        accept()


def _busy(server: Any) -> bool:
    """Return whether a request is being worked on or an answer still being sent."""
    dispatcher = server.task_dispatcher
    sending = any(getattr(channel, "total_outbufs_len", 0) for channel in list(server.active_channels.values()))
    return bool(dispatcher.active_count or dispatcher.queue or sending)
