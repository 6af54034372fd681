"""Which model is live: only good ones become so, each with its reason, and back again."""
from __future__ import annotations

import pytest

from teaching.switches import Switches, SwitchRefused
from tests.teaching.conftest import BASE


def refused(name):
    return pytest.raises(SwitchRefused, match=f"^{name}$")


def test_at_first_the_model_of_the_files_is_live(switches):
    assert switches.training() is None and not switches.outdated() and switches.history() == []
    with refused("nothing_before"):
        switches.back("lan", "back")


def test_a_promotion_makes_a_model_live_with_its_reason(switches, done):
    training = done()
    assert switches.promote(training, "lan", " better on passports ") == switches.last().version
    assert switches.training() == training
    [switch] = switches.history()
    assert (switch.training, switch.author, switch.reason) == (training, "lan", "better on passports")


def test_what_may_not_become_live(switches, done, trainings, database):
    for given, name in (({"broken": True}, "floors"), ({"base": "another"}, "outdated")):
        with refused(name):
            switches.promote(done(**given), "lan", "please")
    good = done()
    with refused("reason"):
        switches.promote(good, "lan", "  ")
    running = trainings.begin("lan", BASE, 3)
    for number in (running, running + 1):
        with refused("unfinished"):
            switches.promote(number, "lan", "please")
    switches.promote(good, "lan", "good")
    with refused("live"):
        switches.promote(good, "lan", "again")
    assert [one.training for one in switches.history()] == [good]


def test_back_leads_to_the_model_before_and_forth_again(switches, done):
    first, second = done(), done()
    switches.promote(first, "lan", "good")
    switches.promote(second, "lan", "better")
    assert switches.back("minh", "back") == first == switches.training()
    assert switches.back("minh", "back") == second == switches.training()
    assert [one.training for one in switches.history()] == [second, first, second, first]


def test_back_from_the_first_leads_to_the_files(switches, done):
    switches.promote(done(), "lan", "good")
    assert switches.back("lan", "back") is None and switches.training() is None


def test_back_needs_the_model_to_be_there(switches, done, database):
    first, second = done(), done()
    switches.promote(first, "lan", "good")
    switches.promote(second, "lan", "better")
    with database.session() as session:
        from teaching.tables import TrainingRow

        session.get(TrainingRow, first).size = 0
    with refused("gone"):
        switches.back("lan", "back")
    assert switches.training() == second


def test_after_an_update_of_the_software_the_taught_model_is_set_aside(database, switches, done):
    training = done()
    switches.promote(training, "lan", "good")
    updated = Switches(database, "ba9876543210")
    assert updated.training() is None and updated.outdated()
    assert switches.training() == training, "a machine that is not updated yet goes on with it"
    with refused("outdated"):
        updated.promote(training, "lan", "please")
    again = done(base="ba9876543210")
    updated.promote(again, "lan", "taught anew")
    assert updated.training() == again and not updated.outdated()
    assert switches.training() is None
