"""The command line: trainings are listed, and one that cannot be done says so."""
from __future__ import annotations

import os
import subprocess
import sys

from tests.teaching.conftest import BASE


def ran(database_url, *arguments):
    return subprocess.run([sys.executable, "-m", "teaching", *arguments], env={**os.environ, "DATABASE_URL": database_url},
                          capture_output=True, text=True, timeout=120)


def test_trainings_are_listed(trainings, done, database_url):
    number = done()
    assert f"{number}  " in ran(database_url, "list").stdout and "done" in ran(database_url, "list").stdout


def test_a_training_that_was_stopped_before_it_began_is_not_done(trainings, database_url):
    number = trainings.begin("lan", BASE, 1)
    trainings.fail(number, "stopped")
    assert ran(database_url, "run", str(number)).returncode == 1
    assert trainings.get(number).log == "stopped"


def test_a_database_that_cannot_be_used_is_told():
    found = ran("sqlite:////proc/no/bot.db", "list")
    assert found.returncode == 1 and found.stderr.startswith("DATABASE_URL: ")
