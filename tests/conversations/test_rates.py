"""The counts of messages: the same for all processes over one database or one Valkey, and told to one of them."""
from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from conversations.rates import KEPT, Rates
from conversations.rates_valkey import ValkeyRates
from conversations.tables import RateRow
from store.database import Database


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql", "valkey"])
def process(request, clock, tmp_path):
    """Return the counts as one more process has them, over one store of each kind there is."""
    made = []

    def start() -> Rates | ValkeyRates:
        if request.param == "valkey":
            made.append(ValkeyRates(request.getfixturevalue("valkey_url"), str, clock))
        else:
            url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/bot.db"
            made.append(Rates(Database(url), str, clock))
        return made[-1]

    yield start
    for one in made:
        one.close()
        if isinstance(one, Rates):
            one._database.close()


@pytest.fixture
def rates(process) -> Rates | ValkeyRates:
    return process()


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


def test_of_processes_that_count_at_once_one_is_told(process):
    processes = [process() for _ in range(4)]
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


def test_they_can_be_counted_while_the_store_is_there(rates):
    assert rates.ready()


def test_a_purge_leaves_who_floods_a_flood(rates):
    for _ in range(5):
        rates.count("a", 3)
    rates.purge()
    assert rates.count("a", 3) == "over"


def test_a_database_and_a_valkey_say_the_same_of_every_message(tmp_path, valkey_url, clock):
    """Of what three names send in an hour, now in floods, now slowly."""
    database, chance = Database(f"sqlite:///{tmp_path}/bot.db"), random.Random(1)
    stores = [Rates(database, str, clock), ValkeyRates(valkey_url, str, clock)]
    found = []
    for _ in range(1500):
        clock.now += chance.choice([0, 0.01, 0.4, 1, 7, 20])
        name, most = chance.choice([("a", 1), ("b", 7), ("c", 20)])
        found.append(tuple(store.count(name, most) for store in stores))
    assert {one for one, _ in found} == {"fine", "told", "over"}
    assert [one for one, _ in found] == [other for _, other in found]
    stores[1].close()
    database.close()


def test_what_a_database_keeps_is_a_hash_and_goes_when_it_has_drained(database, clock):
    rates = Rates(database, lambda name: f"hash of {name}", clock)
    rates.count("a", 3)
    clock.now += KEPT + 1
    rates.count("b", 3)
    rates.purge()
    with database.session() as session:
        assert [row.key for row in session.execute(select(RateRow)).scalars()] == ["hash of b"]
