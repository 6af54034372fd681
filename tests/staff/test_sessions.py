"""Sessions end: after idling, at most after some hours, on signing out; and the database does not know the token."""
from __future__ import annotations

from datetime import timedelta

import pytest

from staff.sessions import IDLE, LONGEST, Sessions
from store.base import utc_now


class Clock:
    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(database, clock):
    return Sessions(database, clock)


def test_a_token_finds_its_session(sessions):
    assert sessions.find(sessions.start("lan")).account == "lan"
    assert sessions.find("made up") is None and sessions.find("") is None


def test_the_token_is_not_in_the_database(sessions, database):
    token = sessions.start("lan")
    with database.engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT * FROM staff_sessions").all()
    assert token not in map(str, row)


def test_a_session_that_idles_ends(sessions, clock):
    token = sessions.start("lan")
    clock.now += IDLE + timedelta(seconds=1)
    assert sessions.find(token) is None
    clock.now -= IDLE
    assert sessions.find(token) is None


def test_a_session_in_use_lasts_but_not_for_ever(sessions, clock):
    token, began = sessions.start("lan"), clock.now
    while clock.now - began < LONGEST - IDLE:
        clock.now += IDLE - timedelta(minutes=1)
        assert sessions.find(token)
    clock.now = began + LONGEST + timedelta(seconds=1)
    assert sessions.find(token) is None


def test_signing_out_ends_one_and_a_new_password_all(sessions):
    first, second, other = sessions.start("lan"), sessions.start("lan"), sessions.start("minh")
    sessions.end(first)
    assert sessions.find(first) is None and sessions.find(second)
    sessions.end_all("lan")
    assert sessions.find(second) is None and sessions.find(other)
