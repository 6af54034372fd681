"""A training is a process of its own; one that dies is recorded, whatever it died of."""
from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from teaching.launch import Launcher
from tests.teaching.conftest import BASE

DIES = [sys.executable, "-c", "import sys; print('no memory', file=sys.stderr); sys.exit(3)"]
IS_KILLED = [sys.executable, "-c", f"import os; os.kill(os.getpid(), {signal.SIGKILL:d})"]


@pytest.fixture
def begun(trainings):
    return trainings.begin("lan", BASE, 1)


def ended(trainings, number):
    while trainings.get(number).state == "running":
        time.sleep(0.02)
    return trainings.get(number)


@pytest.mark.parametrize(("command", "said"), [(DIES, "no memory"), (IS_KILLED, "code -9")])
def test_a_process_that_dies_is_a_training_that_failed(begun, trainings, command, said):
    Launcher(trainings, dict(os.environ), command)(begun)
    found = ended(trainings, begun)
    assert found.state == "failed" and said in found.log


def test_a_process_that_cannot_start_is_one_too(begun, trainings):
    Launcher(trainings, dict(os.environ), ["/no/such/program"])(begun)
    assert "cannot be started" in trainings.get(begun).log
