"""The province's system over HTTP: the protocol, every fault, and what a citizen gets meanwhile."""
from __future__ import annotations

import asyncio
import ssl
import subprocess
from dataclasses import replace
from datetime import date, datetime

import pytest

from dossiers.gateway import MOST_NUMBERS, Gateway, GatewayProvider
from dossiers.provider import SourceDown
from dossiers.tables import ChangeRow, DossierRow
from tests.dossiers.gateway_server import GatewayServer

NUMBER, PHONE, ID = "G01.123.456-261102-000101", "1234", "5678"
DOSSIER = {"number": NUMBER, "service": "passport", "status": 4, "office": "Công an tỉnh (mẫu)", "filed_on": "2026-11-02",
           "due_on": "2026-11-12", "changed_at": "2026-11-03T09:15:00+07:00", "note": "", "channel": 2, "level": "department"}
LONG = 60.0
FAULTS = ("slow", "500", "429", "garbage", "not_an_object", "wrong_field", "half", "down", "huge")


class Time:
    """Seconds that pass only when somebody sleeps."""

    now = 0.0

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def server():
    started = GatewayServer(token="a-token")
    started.dossiers[NUMBER] = ({PHONE, ID}, DOSSIER)
    await started.start()
    yield started
    await started.stop()


@pytest.fixture
async def provider(request, server, database, digits, time):
    # Only what is to be waited for in vain is waited for shortly: a busy machine needs longer for the answers that come.
    slow = getattr(request.node, "callspec", None) and request.node.callspec.params.get("fault") == "slow"
    gateway = Gateway(server.url, token="a-token", timeout=1.0 if slow else LONG)
    made = GatewayProvider(gateway, database, digits, time, time.sleep)
    yield made
    await made.close()


async def test_the_right_digits_show_the_dossier(provider, server):
    found = await provider.find(NUMBER, PHONE)
    assert (found.number, found.service, found.status.id, found.due_on) == (NUMBER, "passport", "in_progress", date(2026, 11, 12))
    assert found.changed_at == datetime(2026, 11, 3, 9, 15) and found.known_at is None
    assert server.asked == [("/v1/dossiers/lookup", {"number": NUMBER, "digits": PHONE})]


@pytest.mark.parametrize(("number", "digits_"), [(NUMBER, "9999"), ("H41.12-261112-0007", PHONE)])
async def test_wrong_digits_and_unknown_numbers_are_not_found(provider, database, number, digits_):
    assert await provider.find(number, digits_) is None
    with database.session() as session:
        assert session.query(DossierRow).count() == 0


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_tried_again(provider, server, fault, time):
    server.faults.append(fault)
    assert (await provider.find(NUMBER, PHONE)).status.id == "in_progress"
    assert len(time.slept) == 1
    assert fault != "429" or time.slept == [2.0]


@pytest.mark.parametrize("fault", FAULTS)
async def test_when_every_try_fails_the_last_known_status_is_shown_with_its_time(provider, server, fault, time):
    await provider.find(NUMBER, PHONE)
    time.now += 100
    server.faults.extend([fault] * 3)
    found = await provider.find(NUMBER, PHONE)
    assert found.status.id == "in_progress" and found.known_at is not None


@pytest.mark.parametrize("fault", FAULTS)
async def test_when_every_try_fails_and_nothing_is_known_it_says_so(provider, server, fault):
    server.faults.extend([fault] * 3)
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)


@pytest.mark.parametrize("number", [NUMBER, "H41.12-261112-0007"])
async def test_while_it_is_down_wrong_digits_learn_nothing(provider, server, number, time):
    await provider.find(NUMBER, PHONE)
    server.faults.extend(["down"] * 3)
    with pytest.raises(SourceDown):
        await provider.find(number, "9999")


async def test_the_other_digits_are_known_too_once_they_were_right(provider, server, time):
    await provider.find(NUMBER, PHONE)
    await provider.find(NUMBER, ID)
    time.now += 100
    server.faults.extend(["500"] * 6)
    for typed in (PHONE, ID):
        assert (await provider.find(NUMBER, typed)).known_at


async def test_tries_wait_longer_each_time_and_not_all_the_same(provider, server, time):
    server.faults.extend(["500"] * 2)
    await provider.find(NUMBER, PHONE)
    first, second = time.slept
    assert 0.1 <= first <= 0.3 and 0.2 <= second <= 0.6


async def test_a_server_that_is_gone_is_a_fault_like_the_others(provider, server):
    await server.stop()
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)
    await server.start()


async def test_after_failures_in_a_row_it_is_left_alone_then_tried_once(provider, server, time):
    server.faults.extend(["500"] * 6)
    for typed in ("1111", "2222"):
        with pytest.raises(SourceDown):
            await provider.find(NUMBER, typed)
    asked = len(server.asked)
    assert asked == 5
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)
    assert len(server.asked) == asked
    time.now += 31
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)
    assert len(server.asked) == asked + 1
    time.now += 31
    assert await provider.find(NUMBER, PHONE)


async def test_questions_alike_at_the_same_time_are_asked_once(provider, server):
    server.held.clear()
    waiting = [asyncio.create_task(provider.find(NUMBER, PHONE)) for _ in range(20)]
    while not server.asked:
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
    waiting[0].cancel()
    server.held.set()
    found = await asyncio.gather(*waiting[1:])
    assert len(server.asked) == 1
    assert {one.number for one in found} == {NUMBER}


async def test_an_answer_is_kept_for_the_stated_time(provider, server, time):
    await provider.find(NUMBER, PHONE)
    time.now += 59
    await provider.find(NUMBER, PHONE)
    assert len(server.asked) == 1
    time.now += 2
    server.dossiers[NUMBER] = ({PHONE}, {**DOSSIER, "status": 9, "changed_at": "2026-11-10T10:00:00Z"})
    found = await provider.find(NUMBER, PHONE)
    assert found.status.id == "done" and [past.status.id for past in found.history] == ["in_progress"]


async def test_a_wrong_token_is_not_tried_again(server, database, digits, time):
    wrong = GatewayProvider(Gateway(server.url, token="another", timeout=LONG), database, digits, time, time.sleep)
    with pytest.raises(SourceDown):
        await wrong.find(NUMBER, PHONE)
    assert time.slept == [] and server.asked == []
    await wrong.close()


async def test_requests_can_be_signed(server, database, digits):
    server.key = "a-key"
    for key, right in (("a-key", True), ("another-key", False)):
        made = GatewayProvider(Gateway(server.url, key=key, timeout=LONG), database, digits)
        if right:
            assert await made.find(NUMBER, PHONE)
        else:
            with pytest.raises(SourceDown):
                await made.find(NUMBER, ID)
        await made.close()


async def test_a_certificate_nobody_vouches_for_is_refused(tmp_path, database, digits, time):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
                   check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    server = GatewayServer(token="a-token")
    server.dossiers[NUMBER] = ({PHONE}, DOSSIER)
    await server.start(context)
    gateway = Gateway(server.url, token="a-token", timeout=LONG)
    for one, right in ((gateway, False), (replace(gateway, authority=tmp_path / "cert.pem"), True)):
        made = GatewayProvider(one, database, digits, time, time.sleep)
        if right:
            assert await made.find(NUMBER, PHONE)
        else:
            with pytest.raises(SourceDown):
                await made.find(NUMBER, PHONE)
        await made.close()
    await server.stop()


async def test_followed_dossiers_are_asked_for_together_and_their_changes_kept(provider, server, database):
    await provider.find(NUMBER, PHONE)
    server.dossiers[NUMBER] = ({PHONE}, {**DOSSIER, "status": 5, "note": "ảnh", "changed_at": "2026-11-05T09:00:00+07:00"})
    await provider.refresh([NUMBER, *(f"H41.12-261112-{one:04}" for one in range(MOST_NUMBERS))])
    assert [len(body["numbers"]) for path, body in server.asked if path.endswith("status")] == [MOST_NUMBERS, 1]
    with database.session() as session:
        row = session.query(DossierRow).one()
        assert (row.status, row.version, session.query(ChangeRow).one().status) == (5, 2, 4)
        assert row.phone_hash


async def test_a_refresh_while_it_is_down_changes_nothing(provider, server, database):
    await provider.find(NUMBER, PHONE)
    server.faults.extend(["500"] * 3)
    await provider.refresh([NUMBER])
    with database.session() as session:
        assert session.query(DossierRow).one().version == 1


async def test_the_log_shows_no_number_no_digits_and_no_token(provider, server, caplog):
    server.faults.extend(["garbage"] * 3)
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)
    for secret in (NUMBER, f"'{PHONE}'", "a-token"):
        assert secret not in caplog.text
    assert "gateway" in caplog.text


@pytest.mark.parametrize("change", [
    {"number": "g01.123.456-261102-000101"}, {"status": 11}, {"status": "4"}, {"status": [4]}, {"office": None}, {"filed_on": "soon"},
    {"changed_at": "2026-11-03T09:15:00"}, {"due_on": 5}, {"note": ["x"]}])
async def test_a_dossier_that_is_not_as_the_protocol_says_is_a_fault(provider, server, change):
    server.dossiers[NUMBER] = ({PHONE}, {**DOSSIER, **change})
    with pytest.raises(SourceDown):
        await provider.find(NUMBER, PHONE)
