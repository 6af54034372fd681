"""Updates of Telegram are handled once, and not lost with a process that dies."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from conversations.updates import CLAIM, KEPT, Updates

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
    assert updates.begin(LARGE) == "new"
    assert updates.begin(LARGE) == "busy"
    updates.end(LARGE)
    assert updates.begin(LARGE) == "done"
    assert updates.begin(LARGE + 1) == "new"


def test_of_many_processes_one_gets_it(updates):
    with ThreadPoolExecutor(8) as threads:
        states = list(threads.map(lambda _: updates.begin(7), range(8)))
    assert sorted(states) == ["busy"] * 7 + ["new"]


def test_what_a_dead_process_took_is_taken_over_once(updates, clock):
    updates.begin(7)
    clock.now += CLAIM + timedelta(seconds=1)
    assert [updates.begin(7) for _ in range(2)] == ["new", "busy"]


def test_what_cannot_come_again_is_forgotten(updates, clock):
    updates.begin(7)
    updates.end(7)
    clock.now += KEPT + timedelta(seconds=1)
    updates.begin(8)
    updates.purge()
    assert [updates.begin(number) for number in (7, 8)] == ["new", "busy"]
