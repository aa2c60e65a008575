"""What `nlpbot serve` does: bind, train what is missing, load, serve, drain."""

from typing import Any

from flask import Flask

from nlpbot.core.console import note
from nlpbot.core.home import BundleHome
from server.app import create_app
from server.config import ServerSettings
from server.engines import load_engines
from server.logs import quiet_logs
from server.wsgi import Serving, serve

__all__ = ["run_server"]


def run_server(settings: ServerSettings) -> None:
    """Serve until told to stop.

    Raises:
        ConfigError: the port is taken.
        BundleError: a bundle is damaged.
    """
    quiet_logs()
    opened: list[Any] = []

    def make_app(serving: Serving) -> Flask:
        from nlpbot.assistant.defaults import train_defaults
        from nlpbot.assistant.store import Store

        home = BundleHome(settings.home)
        store = Store(home.database)
        opened.append(store)
        train_defaults(home, without=settings.without, device=settings.device)
        engines = load_engines(settings)
        engines.engine.start()
        opened.insert(0, engines.engine)
        return create_app(settings, engines, store, ready=lambda: serving.ready)

    try:
        serve(settings, make_app, say=note)
    finally:
        for thing in opened:
            thing.close()
