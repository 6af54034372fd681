"""The counts in Valkey: what is kept, and what an outage of it costs."""
from __future__ import annotations

import hashlib
import logging
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis, RedisError

from bot import settings
from bot.limits import Limits
from bot.message import Message
from conversations import rates_valkey
from conversations.rates_valkey import KEPT, PREFIX, ValkeyRates
from tests.valkey_server import Valkey


def hashed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def counts():
    """The counts in the Valkey at an address; their connections are closed at the end."""
    made = []

    def make(url: str) -> ValkeyRates:
        made.append(ValkeyRates(url, hashed))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def server():
    """A server of the test's own, to be killed."""
    with Valkey() as started:
        yield started


@pytest.fixture
def soon(monkeypatch) -> None:
    """A pause that a test can wait for."""
    monkeypatch.setattr(rates_valkey, "PAUSE", 0.1)


def test_what_is_kept_is_a_hash_and_the_server_forgets_it(valkey_url, counts):
    counts(valkey_url).count("chat telegram:123456", 3)
    kept = Redis.from_url(valkey_url, decode_responses=True)
    assert kept.keys() == [PREFIX + hashed("chat telegram:123456")]
    assert set(kept.hgetall(kept.keys()[0])) == {"level", "at", "over"}
    # A bucket drains in ninety seconds at most, so that what was forgotten says the same.
    assert 90 < kept.ttl(kept.keys()[0]) <= KEPT


def test_time_is_the_servers_own(valkey_url, counts, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 0.0)
    rates = counts(valkey_url)
    assert [rates.count("a", 600) for _ in range(3)] == ["fine"] * 3
    seconds, _ = (kept := Redis.from_url(valkey_url)).time()
    assert abs(float(kept.hget(PREFIX + hashed("a"), "at")) - seconds) < 60


def test_a_flood_drains_by_itself(valkey_url, counts):
    rates = counts(valkey_url)
    assert [rates.count("a", 600) for _ in range(700)][-1] == "over"
    Redis.from_url(valkey_url).hincrbyfloat(PREFIX + hashed("a"), "at", -60)  # as if a minute had passed
    assert rates.count("a", 600) == "fine"


def test_a_server_that_is_away_costs_one_message_an_error_and_no_message_a_wait(server, counts):
    rates = counts(server.url)
    rates.count("a", 3)
    server.kill()
    started = time.perf_counter()
    with pytest.raises(RedisError):
        rates.count("a", 3)
    assert {rates.count("a", 3) for _ in range(1000)} == {"fine"}
    assert time.perf_counter() - started < 1
    assert not rates.ready()


def test_a_server_that_hangs_is_waited_for_less_than_a_second(server, counts):
    rates = counts(server.url)
    rates.count("a", 3)
    os.kill(server.process.pid, signal.SIGSTOP)
    try:
        started = time.perf_counter()
        with pytest.raises(RedisError):
            rates.count("a", 3)
        assert rates.count("a", 3) == "fine"
        assert time.perf_counter() - started < 1
    finally:
        os.kill(server.process.pid, signal.SIGCONT)


def test_after_a_pause_one_message_asks_and_those_beside_it_do_not_wait(server, counts, soon):
    rates = counts(server.url)
    server.kill()
    with pytest.raises(RedisError):
        rates.count("a", 3)
    asked, script = [], rates._script
    rates._script = lambda *given: (asked.append(given), time.sleep(0.05), script(*given))[-1]
    time.sleep(0.15)

    def once(_: int) -> str:
        try:
            return rates.count("a", 3)
        except RedisError:
            return "asked"

    with ThreadPoolExecutor(4) as threads:
        found = sorted(threads.map(once, range(4)))
    assert found.count("asked") == len(asked) < 4


def test_it_counts_again_when_the_server_is_back(server, counts, soon):
    rates = counts(server.url)
    rates.count("a", 3)
    server.kill()
    with pytest.raises(RedisError):
        rates.count("a", 3)
    server.start()
    time.sleep(0.15)
    assert [rates.count("a", 3) for _ in range(5)] == ["fine"] * 3 + ["told", "over"]
    assert rates.ready()


def test_a_server_that_comes_back_empty_between_two_messages_is_no_error(server, counts):
    rates = counts(server.url)
    rates.count("a", 1)
    server.kill()
    server.start()
    assert [rates.count("a", 1) for _ in range(2)] == ["fine", "told"]


def test_a_socket_of_the_machine_will_do(counts, tmp_path):
    url = settings.read({"REDIS_URL": f"unix://{tmp_path}/valkey.sock"})["REDIS_URL"]
    with Valkey("--unixsocket", f"{tmp_path}/valkey.sock", url=url):
        assert [counts(url).count("a", 1) for _ in range(2)] == ["fine", "told"]


def test_a_password_with_signs_is_understood_and_a_wrong_one_is_an_outage(server, counts):
    Redis.from_url(server.url).config_set("requirepass", "p/w@1")
    assert counts(f"redis://:p%2Fw%401@127.0.0.1:{server.port}/2").count("a", 1) == "fine"
    with pytest.raises(RedisError):
        counts(f"redis://:wrong@127.0.0.1:{server.port}").count("a", 1)


def test_over_tls_the_name_in_the_certificate_is_checked():
    connection = ValkeyRates("rediss://user:password@valkey.example:6380/1", str)._server.connection_pool.make_connection()
    assert connection.check_hostname and str(connection.cert_reqs) == "VerifyMode.CERT_REQUIRED"
    assert (connection.host, connection.port, connection.db) == ("valkey.example", 6380, 1)


async def test_an_outage_refuses_nobody_and_the_log_names_its_kind_alone(server, counts, caplog):
    rates = counts(f"redis://user:SecretPart@127.0.0.1:{server.port}")
    server.kill()
    caplog.set_level(logging.DEBUG)
    limits = Limits(rates.count, per_chat=1)
    assert {await limits.refused(Message("telegram:123456", "chào", "telegram")) for _ in range(50)} == {None}
    [line] = [record.getMessage() for record in caplog.records if record.name == "bot.limits"]
    assert line == "messages cannot be counted: ConnectionError"
    assert not [word for word in ("SecretPart", "127.0.0.1", "123456") if word in caplog.text]
