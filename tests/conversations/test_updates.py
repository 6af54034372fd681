"""Updates of Telegram are handled once, and not lost with a process that dies."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from conversations.tables import UpdateRow
from conversations.updates import CLAIM, KEPT, Begun, Updates

LARGE = 2**40


class Clock:
    now = datetime(2026, 11, 30, 8)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def updates(database, clock) -> Updates:
    return Updates(database, clock)


def test_an_update_is_handled_once(updates):
    assert updates.begin(LARGE).state == "new"
    assert updates.begin(LARGE).state == "busy"
    updates.end(LARGE)
    assert updates.begin(LARGE).state == "done"
    assert updates.begin(LARGE + 1).state == "new"


def test_of_many_processes_one_gets_it(updates):
    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(lambda _: updates.begin(7).state, range(8)))
    assert sorted(states) == ["busy"] * 7 + ["new"]


def test_what_a_dead_process_took_is_taken_over_once(updates, clock):
    updates.begin(7)
    clock.now += CLAIM + timedelta(seconds=1)
    assert [updates.begin(7).state for _ in range(2)] == ["new", "busy"]


def test_what_cannot_come_again_is_forgotten(updates, clock):
    updates.begin(7)
    updates.end(7)
    clock.now += KEPT + timedelta(seconds=1)
    updates.begin(8)
    updates.purge()
    assert [updates.begin(number).state for number in (7, 8)] == ["new", "busy"]


def test_what_was_answered_goes_to_whoever_takes_over_and_is_forgotten_at_the_end(updates, clock, database):
    updates.begin(7)
    updates.answered(7, [{"title": "a"}, {"title": "b"}], final=False)
    clock.now += CLAIM + timedelta(seconds=1)
    assert updates.begin(7) == Begun("new", [{"title": "a"}, {"title": "b"}])
    updates.answered(7, [{"title": "c"}], final=True)
    updates.sent(7, 1)
    updates.release(7)
    assert updates.begin(7) == Begun("new", [{"title": "c"}], final=True, sent=1)
    updates.end(7)
    with database.session() as session:
        assert session.get(UpdateRow, 7).answers is None
    assert updates.begin(7) == Begun("done")


def test_an_answer_is_kept_exactly_if_the_work_it_goes_with_is(updates, clock, database):
    updates.begin(7)
    with pytest.raises(RuntimeError), database.session() as session:
        updates.answered(7, [{"title": "a"}], False, session)
        raise RuntimeError
    clock.now += CLAIM + timedelta(seconds=1)
    assert updates.begin(7) == Begun("new")


def test_what_is_renewed_is_not_taken_over(updates, clock):
    updates.begin(7)
    for _ in range(5):
        clock.now += CLAIM - timedelta(seconds=1)
        updates.renew([7, 8])
        assert updates.begin(7).state == "busy"
