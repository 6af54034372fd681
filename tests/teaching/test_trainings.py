"""Trainings: one at a time, alive by their heartbeat, ended once."""
from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from store.base import utc_now
from teaching.trainings import LOG_LINES, SILENT, Stopped, TrainingRefused, Trainings, last_lines
from tests.teaching.conftest import BASE, compared


def refused(name):
    return pytest.raises(TrainingRefused, match=f"^{name}$")


def test_a_training_tells_how_far_it_is_and_ends(trainings):
    number = trainings.begin("lan", BASE, 3)
    assert (trainings.running().id, trainings.running().step, trainings.running().percent) == (number, "waiting", 0)
    trainings.report(number, "training", 40)
    assert (trainings.get(number).step, trainings.get(number).percent) == ("training", 40)
    trainings.finish(number, compared(), 10, "digest")
    found = trainings.get(number)
    assert (found.state, found.percent, found.size, found.comparison) == ("done", 100, 10, compared())
    assert trainings.running() is None and found.ended_at >= found.begun_at


def test_without_examples_there_is_nothing_to_learn(trainings):
    with refused("nothing"):
        trainings.begin("lan", BASE, 0)


def test_a_second_one_is_refused_until_the_first_has_ended(trainings):
    first = trainings.begin("lan", BASE, 3)
    with refused("running"):
        trainings.begin("minh", BASE, 3)
    assert trainings.fail(first, "no memory") and trainings.begin("minh", BASE, 3) != first


def test_of_many_begun_at_once_one_runs(trainings):
    def begin(name):
        try:
            return trainings.begin(name, BASE, 3)
        except TrainingRefused:
            return None

    with ThreadPoolExecutor(8) as pool:
        begun = [one for one in pool.map(begin, [f"person{number}" for number in range(8)]) if one]
    assert begun == [trainings.running().id] and len(trainings.newest()) == 1


def test_one_that_went_silent_is_given_up_and_cannot_come_back(database):
    now = [utc_now()]
    trainings = Trainings(database, lambda: now[0])
    first = trainings.begin("lan", BASE, 3)
    now[0] += SILENT - timedelta(seconds=1)
    trainings.report(first, "training", 10)
    now[0] += SILENT - timedelta(seconds=1)
    assert trainings.running().id == first, "its heartbeat keeps it"
    now[0] += timedelta(seconds=2)
    second = trainings.begin("minh", BASE, 3)
    assert (trainings.get(first).state, trainings.running().id) == ("failed", second)
    assert "heartbeat" in trainings.get(first).log
    for late in (lambda: trainings.report(first, "training", 20), lambda: trainings.finish(first, compared(), 1, "x")):
        with pytest.raises(Stopped):
            late()
    assert not trainings.fail(first, "late") and trainings.running().id == second


def test_of_a_log_the_last_lines_are_kept_as_they_were_left_on_the_screen():
    log = "first\n" + "\n".join(f"line {number}" for number in range(100)) + "\n10%\r50%\r100%\r\n\x00the end\n\n"
    kept = last_lines(log).splitlines()
    assert len(kept) == LOG_LINES and kept[-2:] == ["100%", "the end"] and "first" not in kept
