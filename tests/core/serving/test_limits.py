"""A rate for each client, and a number of things at once."""

from typing import Any

import pytest

from nlpbot.core.kernel.errors import Overloaded, RateLimited
from nlpbot.core.serving import limits
from nlpbot.core.serving.limits import ConcurrencyLimit, RateLimit


def test_a_burst_passes_and_then_the_rate_holds(clock: Any) -> None:
    limit = RateLimit(per_minute=30.0, burst=3, clock=clock)
    for _ in range(3):
        limit.check("ann")
    with pytest.raises(RateLimited, match="2 s") as refused:
        limit.check("ann")
    assert refused.value.retry_after_s == pytest.approx(2)
    clock.now += 2
    limit.check("ann")
    with pytest.raises(Overloaded):
        limit.check("ann")


def test_clients_do_not_use_up_each_other(clock: Any) -> None:
    limit = RateLimit(per_minute=60.0, burst=1, clock=clock)
    limit.check("ann")
    limit.check("bob")
    with pytest.raises(Overloaded):
        limit.check("ann")


def test_waiting_long_earns_no_more_than_a_burst(clock: Any) -> None:
    limit = RateLimit(per_minute=60.0, burst=2, clock=clock)
    limit.check("ann")
    clock.now += 3600
    limit.check("ann")
    limit.check("ann")
    with pytest.raises(Overloaded):
        limit.check("ann")


def test_asking_in_vain_does_not_put_off_the_next_try(clock: Any) -> None:
    limit = RateLimit(per_minute=60.0, burst=1, clock=clock)
    limit.check("ann")
    for _ in range(9):
        clock.now += 0.1
        with pytest.raises(Overloaded):
            limit.check("ann")
    clock.now += 0.11
    limit.check("ann")


def test_only_so_many_clients_are_remembered(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_CLIENTS", 2)
    limit = RateLimit(per_minute=1.0, burst=1, clock=clock)
    for client in ("ann", "bob", "cy"):
        limit.check(client)
    with pytest.raises(Overloaded):
        limit.check("cy")
    limit.check("ann")  # forgotten, so it starts anew


def test_places_are_given_back_even_after_a_failure() -> None:
    limit = ConcurrencyLimit(1)
    with pytest.raises(ZeroDivisionError), limit.hold():
        raise ZeroDivisionError
    with limit.hold(), pytest.raises(Overloaded), limit.hold():
        pass
