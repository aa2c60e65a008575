"""What `nlpbot serve` does: bind, train what is asked for, load, serve, drain."""

from contextlib import ExitStack

from flask import Flask

from nlpbot.core.bundles.home import BundleHome
from nlpbot.core.kernel.console import note
from nlpbot.parts import DEFAULTS, PARTS
from nlpbot.slots import check_names, is_fresh, slots_of
from server.app import create_app
from server.config import ServerSettings
from server.engines import Engines, load_engines
from server.following import Follower
from server.garbage import no_garbage_search
from server.logs import quiet_logs
from server.wsgi import Serving, serve

__all__ = ["run_server"]


def run_server(settings: ServerSettings) -> None:
    """Serve until told to stop.

    Raises:
        ConfigError: the port is taken, a slot is not there, or it is not clear which of some is meant.
        BundleError: a bundle is damaged.
        DeviceError: the device is not there.
    """
    quiet_logs()
    with ExitStack() as opened:

        def make_app(serving: Serving) -> Flask:
            from nlpbot.assistant.store import Store

            home = BundleHome(settings.home)
            store = Store(home.database)
            opened.callback(store.close)
            _train(home, settings)
            with no_garbage_search():
                engines = _load(settings, opened)
                return create_app(settings, engines, store, ready=lambda: serving.ready)

        serve(settings, make_app, say=note)


def _train(home: BundleHome, settings: ServerSettings) -> None:
    """Train what was asked for, or everything where the home holds nothing, and say what is not there."""
    from nlpbot.assistant.defaults import train_defaults

    check_names(settings.without, home)
    asked = settings.train or (DEFAULTS.keys() if is_fresh(home) else set())
    train_defaults(home, asked - settings.without, device=settings.device)
    there = {slot.part for slot in slots_of(home, without=settings.without)}
    defaults = [part.default.slot for part in PARTS if part.default is not None and part not in there]
    if lacking := [slot for slot in defaults if slot not in settings.without]:
        note(f"not in {home.root}: {', '.join(lacking)} (--train {lacking[0]} trains a default)")


def _load(settings: ServerSettings, opened: ExitStack) -> Engines:
    """Return the engines of what the home holds, started, which follow it; requests are too short for two threads."""
    from nlpbot.core.kernel.threads import threads

    opened.enter_context(threads(1))
    engines = load_engines(settings)
    engines.engine.start()
    opened.callback(engines.engine.close)
    follower = Follower(engines, settings, say=note)
    follower.start()
    opened.callback(follower.close)
    return engines
