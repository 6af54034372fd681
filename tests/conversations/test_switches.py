"""Parts turned off: known to every process within a second, with what citizens read."""
from __future__ import annotations

import pytest

from conversations.switches import FRESH, NAMES, Switches
from store.database import Database

TEXTS = {"vi": "Tạm dừng ạ", "en": "Paused"}


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize("name", NAMES)
def test_a_part_is_on_until_it_is_turned_off_and_after_it_is_turned_on(database, name):
    clock = Clock()
    switches = Switches(database, clock)
    assert switches.off(name) is None
    switches.turn_off(name, TEXTS, "lan")
    clock.now += 1
    assert switches.off(name) == TEXTS
    assert [switches.off(other) for other in NAMES if other != name] == [None] * (len(NAMES) - 1)
    assert switches.turn_on(name) and not switches.turn_on(name)
    clock.now += 1
    assert switches.off(name) is None


def test_another_process_knows_within_a_second_and_asks_the_database_seldom(database, database_url):
    clock, there = Clock(), Database(database_url)
    other = Switches(there, clock)
    assert other.off("lookups") is None
    Switches(database).turn_off("lookups", TEXTS, "lan")
    clock.now += FRESH
    assert other.off("lookups") is None
    clock.now = 1.0
    assert other.off("lookups") == TEXTS
    there.close()


def test_turning_off_again_changes_what_is_said(database):
    switches = Switches(database)
    switches.turn_off("people", TEXTS, "lan")
    switches.turn_off("people", {**TEXTS, "en": "Closed"}, "minh")
    assert (switches.all_off()["people"].texts["en"], switches.all_off()["people"].author) == ("Closed", "minh")
