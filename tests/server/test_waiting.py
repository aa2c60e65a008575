"""Nobody's work goes on: a client that has gone or waited too long has it cancelled, and is asked at the door once."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from flask import Flask

from nlpbot.core.kernel.errors import Overloaded
from nlpbot.core.serving.lane import Lane
from nlpbot.parts import FRAUD
from server import waiting
from server.engines import Engines
from server.errors import Problem
from server.waiting import output_of, outputs_of, while_client_waits


@pytest.fixture
def futures(monkeypatch: pytest.MonkeyPatch) -> "list[Future[Any]]":
    """Return the futures that lanes give out."""
    given: list[Future[Any]] = []
    submit_all = Lane.submit_all

    def remembered(*args: Any, **options: Any) -> "list[Future[Any]]":
        futures = submit_all(*args, **options)
        given.extend(futures)
        return futures

    monkeypatch.setattr(Lane, "submit_all", remembered)
    return given


def request_of(app: Flask, gone: threading.Event) -> Any:
    return app.test_request_context(environ_overrides={"waitress.client_disconnected": gone.is_set})


def test_outputs_come_in_order(engines: Engines) -> None:
    scorer = engines.service(FRAUD)
    verdicts = [*outputs_of(scorer.score, ["pay", "dinner?"]), output_of(scorer.explain, "pay")]
    assert [verdict.verdict for verdict in verdicts] == ["fraud", "honest", "fraud"]


@pytest.mark.parametrize("lane", ["score", "explain"])
def test_what_waits_for_a_client_that_has_gone_is_cancelled(
    app: Flask, engines: Engines, rules: Any, futures: "list[Future[Any]]", lane: str
) -> None:
    rules.gate.clear()
    gone = threading.Event()
    threading.Timer(0.05, gone.set).start()
    with request_of(app, gone), pytest.raises(Problem, match="the client has gone") as problem:
        outputs_of(getattr(engines.service(FRAUD), lane), ["one", "two", "three"])
    assert problem.value.status == 499
    assert futures[-1].cancelled()


def test_an_explanation_for_a_client_that_has_gone_ends_at_its_next_slice(
    app: Flask, engines: Engines, futures: "list[Future[Any]]"
) -> None:
    gone, closed = threading.Event(), threading.Event()

    def endless(_message: str) -> Iterator[None]:
        try:
            while True:
                time.sleep(0.001)
                gone.set()
                yield
        finally:
            closed.set()

    lane = engines.engine.add_tasks(endless)
    with request_of(app, gone), pytest.raises(Problem, match="gone"):
        outputs_of(lane, ["one"])
    assert closed.wait(20)
    assert futures[0].cancelled()


def test_who_has_waited_too_long_is_answered_and_its_work_cancelled(
    engines: Engines, rules: Any, futures: "list[Future[Any]]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "ANSWER_S", 0.0)
    rules.gate.clear()
    with pytest.raises(TimeoutError, match="no output"):
        outputs_of(engines.service(FRAUD).explain, ["one", "two"])
    assert futures[1].cancelled()


def test_where_one_fails_the_others_are_given_up(engines: Engines, futures: "list[Future[Any]]") -> None:
    def failing(item: str) -> Iterator[None]:
        while item == "endless":
            yield
        raise ValueError("it failed")

    lane = engines.engine.add_tasks(failing)
    with pytest.raises(ValueError, match="it failed"):
        outputs_of(lane, ["bad", "endless", "endless"])
    assert [future.cancelled() for future in futures] == [False, True, True]


def test_what_a_request_asks_later_is_not_refused(
    app: Flask, engines: Engines, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        outputs_of(engines.service(FRAUD).score, ["first"])
        monkeypatch.setattr(engines.engine._door, "max_wait_s", -1.0)  # from now on everything would take too long
        assert outputs_of(engines.service(FRAUD).score, ["second"])
    with app.test_request_context(), pytest.raises(Overloaded):
        outputs_of(engines.service(FRAUD).score, ["of another"])


def test_pieces_are_made_as_long_as_the_client_waits(app: Flask) -> None:
    gone, closed = threading.Event(), threading.Event()

    def pieces() -> Iterator[int]:
        try:
            yield from range(1000)
        finally:
            closed.set()

    with request_of(app, gone):
        left = while_client_waits(pieces())
        assert [next(left), next(left)] == [0, 1]
        gone.set()
        with pytest.raises(Problem, match="gone"):
            next(left)
    assert closed.is_set()


def test_pieces_are_made_without_a_server_too() -> None:
    assert list(while_client_waits(number for number in (1, 2))) == [1, 2]
