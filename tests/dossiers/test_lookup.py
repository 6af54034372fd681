"""Who may see a dossier: the second factor, the limits, and what is kept of an attempt."""
from __future__ import annotations

import asyncio
import logging
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, text

from dossiers.digits import Digits
from dossiers.lookup import Lookup, TooManyAttempts
from dossiers.provider import EmbeddedProvider
from dossiers.tables import LookupAttempt
from store.database import Database

NUMBER, PHONE, ID = "G01.123.456-261102-000101", "1234", "5678"
OTHER, OTHER_PHONE = "H41.12-261112-0007", "7890"
UNKNOWN = "G01.123.456-261102-000199"


def attempts(database) -> list[LookupAttempt]:
    with database.session() as session:
        return list(session.query(LookupAttempt).order_by(LookupAttempt.id))


@pytest.mark.parametrize("right", [PHONE, ID])
async def test_the_right_digits_of_phone_or_id_show_the_dossier(lookup, right):
    found = await lookup.find("chat", NUMBER, right)
    assert (found.number, found.service, found.status.id) == (NUMBER, "passport", "in_progress")
    assert found.changed_at == datetime(2026, 11, 3, 9, 15)


async def test_what_is_shown_holds_no_digits_and_no_hash(lookup, digits):
    found = str(vars(await lookup.find("chat", NUMBER, PHONE)))
    assert PHONE not in found.replace(NUMBER, "")
    assert digits.hash(NUMBER, PHONE) not in found


async def test_an_unknown_number_and_wrong_digits_get_the_same_answer(lookup, database):
    assert await lookup.find("one", UNKNOWN, PHONE) is None
    assert await lookup.find("two", NUMBER, "9999") is None
    assert await lookup.find("three", NUMBER, OTHER_PHONE) is None
    assert {attempt.right for attempt in attempts(database)} == {False}


@pytest.mark.parametrize("number", [NUMBER, UNKNOWN])
async def test_the_limit_of_a_chat_does_not_tell_known_from_unknown_numbers(lookup, limits, number):
    for _ in range(limits.per_chat):
        assert await lookup.find("chat", number, "9999") is None
    with pytest.raises(TooManyAttempts):
        await lookup.find("chat", number, "9999")


async def test_a_chat_that_used_up_its_attempts_is_refused_for_every_number_even_a_right_one(lookup, limits):
    for _ in range(limits.per_chat):
        await lookup.find("chat", UNKNOWN, "9999")
    with pytest.raises(TooManyAttempts):
        await lookup.find("chat", NUMBER, PHONE)
    assert await lookup.find("another chat", NUMBER, PHONE)


async def test_a_number_that_many_chats_guess_at_is_closed_to_every_chat(lookup, limits):
    for turn in range(limits.per_number):
        await lookup.find(f"chat {turn}", NUMBER, "9999")
    with pytest.raises(TooManyAttempts):
        await lookup.find("the owner", NUMBER, PHONE)
    assert await lookup.find("the owner", OTHER, OTHER_PHONE)


async def test_right_attempts_do_not_count(lookup, limits):
    for _ in range(limits.per_number + 1):
        assert await lookup.find("chat", NUMBER, PHONE)


async def test_a_refused_attempt_does_not_make_the_wait_longer(lookup, limits, database, clock):
    for _ in range(limits.per_chat):
        await lookup.find("chat", NUMBER, "9999")
    clock.now += limits.window / 2
    with pytest.raises(TooManyAttempts):
        await lookup.find("chat", NUMBER, PHONE)
    assert len(attempts(database)) == limits.per_chat
    clock.now += limits.window / 2
    assert await lookup.find("chat", NUMBER, PHONE)


async def test_the_limits_end_with_their_window(lookup, limits, clock):
    for turn in range(limits.per_number):
        await lookup.find(f"chat {turn % 2}", NUMBER, "9999")
    clock.now += limits.window - timedelta(seconds=1)
    with pytest.raises(TooManyAttempts):
        await lookup.find("chat 0", NUMBER, PHONE)
    clock.now += timedelta(seconds=1)
    assert await lookup.find("chat 0", NUMBER, PHONE)


async def test_the_limits_hold_across_processes(lookup, limits, database, digits, clock):
    other = Lookup(database, EmbeddedProvider(database, digits), digits, limits, clock)
    for turn in range(limits.per_chat):
        await (lookup, other)[turn % 2].find("chat", NUMBER, "9999")
    with pytest.raises(TooManyAttempts):
        await other.find("chat", NUMBER, PHONE)


async def test_every_attempt_is_kept_with_its_chat_its_time_and_its_end(lookup, database, clock):
    await lookup.find("chat", NUMBER, "9999")
    clock.now += timedelta(minutes=5)
    await lookup.find("chat", NUMBER, PHONE)
    assert [(attempt.chat, attempt.right, attempt.at) for attempt in attempts(database)] == [
        ("chat", False, clock.now - timedelta(minutes=5)), ("chat", True, clock.now)]


async def test_an_attempt_is_kept_masked_and_hashed_never_in_clear(lookup, database):
    """In the table and in the log, for numbers that exist and numbers that do not."""
    for number in (NUMBER, UNKNOWN):
        await lookup.find("chat", number, "4321")
        await lookup.find("chat", number, PHONE)
    with database.session() as session:
        rows = [str(value) for row in session.execute(text("SELECT * FROM lookup_attempts")) for value in row]
    assert len(rows) > 4
    for value in rows:
        assert value not in ("4321", PHONE)
        assert NUMBER[4:-2] not in value
    assert {attempt.masked for attempt in attempts(database)} == {"G01…01", "G01…99"}
    assert all(len(attempt.number_hash) == 64 for attempt in attempts(database))


async def test_the_log_shows_no_number_and_no_digits(lookup, caplog):
    caplog.set_level(logging.DEBUG)
    await lookup.find("chat", NUMBER, PHONE)
    await lookup.find("chat", UNKNOWN, "4321")
    assert "G01…01" in caplog.text
    for secret in (NUMBER, UNKNOWN, PHONE, "4321"):
        assert secret not in caplog.text


async def test_a_hash_of_an_attempt_cannot_be_made_without_the_key(lookup, database):
    await lookup.find("chat", NUMBER, "9999")
    assert attempts(database)[0].number_hash != Digits(b"another key").number_hash(NUMBER)


@pytest.mark.parametrize("typed", ["", "123", "12345", "' OR 1=1", "１２３４"])
async def test_odd_digits_are_wrong_digits(lookup, typed):
    assert await lookup.find("chat", NUMBER, typed) is None


async def test_a_dossier_without_a_phone_or_id_is_not_shown_for_empty_digits(lookup, database):
    with database.session() as session:
        session.execute(text("UPDATE dossiers SET phone_hash = NULL, id_hash = ''"))
    assert await lookup.find("chat", NUMBER, "") is None
    assert await lookup.find("chat", NUMBER, PHONE) is None


async def test_the_owner_is_not_shut_out_by_those_who_guess(lookup, limits):
    assert await lookup.find("the owner", NUMBER, PHONE)
    for turn in range(limits.per_number):
        await lookup.find(f"chat {turn}", NUMBER, "9999")
    with pytest.raises(TooManyAttempts):
        await lookup.find("another", NUMBER, PHONE)
    assert await lookup.find("the owner", NUMBER, PHONE)


async def test_what_was_proven_long_ago_counts_no_more(lookup, limits, clock):
    await lookup.find("the owner", NUMBER, PHONE)
    assert lookup.proven("the owner", NUMBER) and not lookup.proven("another", NUMBER)
    clock.now += limits.proven_for
    assert not lookup.proven("the owner", NUMBER)


async def test_guessing_over_many_numbers_and_chats_closes_look_ups_for_strangers_only(lookup, limits):
    assert await lookup.find("the owner", NUMBER, PHONE)
    for turn in range(limits.overall):
        await lookup.find(f"chat {turn}", f"H41.12-261112-{turn:04}", "9999")
    for number in (OTHER, UNKNOWN):
        with pytest.raises(TooManyAttempts):
            await lookup.find("a stranger", number, OTHER_PHONE)
    assert await lookup.find("the owner", NUMBER, PHONE)


async def test_patience_does_not_get_past_the_limit_of_a_day(lookup, limits, clock):
    tries = 0
    for hour in range(23):
        for turn in range(limits.per_number):
            try:
                await lookup.find(f"chat {hour}-{turn}", NUMBER, "9999")
                tries += 1
            except TooManyAttempts:
                pass
        clock.now += limits.window
    assert tries == limits.per_number_a_day


async def test_attempts_made_at_the_same_time_do_not_get_past_the_limit(database_url, digits, limits):
    """By two processes, each with a pool of connections of its own; the source takes its time."""
    class Slow:
        async def find(self, number, typed):
            await asyncio.sleep(0.01)

    databases = [Database(database_url) for _ in range(2)]
    lookups = [Lookup(one, Slow(), digits, limits) for one in databases]

    def burst(lookup):
        async def run():
            return await asyncio.gather(*(lookup.find("chat", NUMBER, "9999") for _ in range(10)), return_exceptions=True)
        return asyncio.run(run())

    with ThreadPoolExecutor(2) as pool:
        ends = [end for ends in pool.map(burst, lookups) for end in ends]
    assert ends.count(None) == limits.per_chat
    assert sum(isinstance(end, TooManyAttempts) for end in ends) == len(ends) - limits.per_chat
    for one in databases:
        one.close()


@pytest.fixture
def work(database, digits, monkeypatch):
    """Count what a look-up costs: statements to the database, in their wording, and hashes made."""
    done = Counter()
    event.listen(database.engine, "before_cursor_execute", lambda *given: done.update([given[2]]))
    for name in ("hash", "number_hash"):
        real = getattr(Digits, name)
        monkeypatch.setattr(Digits, name, lambda *given, name=name, real=real: done.update([name]) or real(*given))
    return done


async def test_an_unknown_number_costs_what_wrong_digits_cost(lookup, work):
    costs = []
    for chat, number, typed in (("a", UNKNOWN, PHONE), ("b", NUMBER, "9999"), ("c", NUMBER, OTHER_PHONE), ("d", "no number", "1")):
        work.clear()
        assert await lookup.find(chat, number, typed) is None
        costs.append(dict(work))
    assert costs[0] and all(cost == costs[0] for cost in costs)


@pytest.mark.parametrize("unknown", ["G01.123.456-261102-000100", UNKNOWN, "Z99"])
async def test_digits_of_the_dossier_that_stands_in_for_an_unknown_number_do_not_show_it(lookup, unknown):
    """The next number there is, before, between and after those that are known."""
    for turn, typed in enumerate((PHONE, ID, OTHER_PHONE)):
        assert await lookup.find(f"chat {turn}", unknown, typed) is None


@pytest.mark.parametrize(("number", "typed"), [(NUMBER, PHONE), (NUMBER, "9999"), (UNKNOWN, PHONE)])
async def test_a_look_up_in_our_own_table_is_one_transaction(lookup, database, number, typed):
    committed = []
    event.listen(database.engine, "commit", committed.append)
    await lookup.find("chat", number, typed)
    assert len(committed) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_only_look_ups_do_not_wait_for_the_disk(lookup, database):
    said = []
    event.listen(database.engine, "commit", lambda connection: said.append(
        connection.exec_driver_sql("SHOW synchronous_commit").scalar()))
    await lookup.find("chat", NUMBER, PHONE)
    with database.session() as session:
        session.execute(text("UPDATE dossiers SET note = ''"))
    assert said == ["off", "on"]


async def test_a_hundred_thousand_guesses_learn_nothing(lookup, limits, clock, database):
    """By forty chats at real and unknown numbers in turn, through twenty hours: each answer is that of an unknown number."""
    numbers = [NUMBER, OTHER, UNKNOWN]
    let_through, answers = Counter(), set()
    for turn in range(100_000):
        number = numbers[turn // 5_000 % 3]
        if turn % 5_000 == 0:
            clock.now += limits.window
        try:
            answers.add(await lookup.find(f"chat {turn % 40}", number, f"{9_999 - turn % 7_000:04}"))
            let_through[number] += 1
        except TooManyAttempts:
            continue
    assert answers == {None}
    assert sum(let_through.values()) == len(attempts(database))
    assert max(let_through.values()) <= limits.per_number_a_day
    assert let_through[NUMBER] == let_through[OTHER] == let_through[UNKNOWN]
