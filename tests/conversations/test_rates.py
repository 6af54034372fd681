"""The counts of messages: the same for all processes over one database, and told to one of them."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from conversations.rates import KEPT, Rates
from conversations.tables import RateRow


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def rates(database, clock) -> Rates:
    return Rates(database, lambda name: f"hash of {name}", clock)


def test_a_minutes_worth_is_fine_then_one_is_told(rates):
    assert [rates.count("a", 3) for _ in range(6)] == ["fine"] * 3 + ["told"] + ["over"] * 2
    assert rates.count("b", 3) == "fine"


def test_who_stays_at_the_limit_is_never_refused(rates, clock):
    for _ in range(50):
        clock.now += 20
        assert rates.count("a", 3) == "fine"


def test_a_flood_that_goes_on_stays_over_and_one_that_stopped_is_forgiven(rates, clock):
    for _ in range(5):
        rates.count("a", 3)
    for _ in range(20):
        clock.now += 10
        assert rates.count("a", 3) == "over"
    clock.now += 61
    assert rates.count("a", 3) == "fine"


def test_of_processes_that_count_at_once_one_is_told(database, clock):
    processes = [Rates(database, str, clock) for _ in range(4)]
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda number: processes[number % 4].count("a", 10), range(40)))
    assert sorted(found) == ["fine"] * 10 + ["over"] * 29 + ["told"]


def test_a_limit_of_one_lets_one_through(rates, clock):
    assert [rates.count("a", 1) for _ in range(3)] == ["fine", "told", "over"]
    clock.now += 120
    assert rates.count("a", 1) == "fine"


def test_a_clock_that_goes_back_refuses_nobody_for_long(rates, clock):
    rates.count("a", 3)
    clock.now -= 30
    rates.count("a", 3)
    clock.now += 90
    assert rates.count("a", 3) == "fine"


def test_what_is_kept_is_a_hash_and_goes_when_it_has_drained(rates, clock, database):
    rates.count("a", 3)
    clock.now += KEPT + 1
    rates.count("b", 3)
    rates.purge()
    with database.session() as session:
        assert [row.key for row in session.execute(select(RateRow)).scalars()] == ["hash of b"]
