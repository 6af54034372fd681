"""Starts a training as a process of its own, at low priority, that goes on when the bot stops."""
from __future__ import annotations

import logging
import subprocess
import sys
import threading
from typing import Callable, Mapping, Sequence

from teaching.trainings import Trainings

log = logging.getLogger(__name__)

Launch = Callable[[int], None]
"""Starts the training of this number."""

COMMAND = (sys.executable, "-m", "teaching", "run")


class Launcher:
    """Starts trainings; when the process of one ends without having said how, it is recorded as failed at once."""

    def __init__(self, trainings: Trainings, environment: Mapping[str, str], command: Sequence[str] = COMMAND) -> None:
        self._trainings = trainings
        self._environment = environment
        self._command = command

    def __call__(self, training: int) -> None:
        try:
            # A session of its own: Ctrl+C in the bot's terminal is not meant for it.
            process = subprocess.Popen([*self._command, str(training)], env=self._environment, start_new_session=True,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        except OSError as error:
            self._trainings.fail(training, f"the training cannot be started: {error}")
            return
        threading.Thread(target=self._wait, args=(training, process), name=f"training-{training}", daemon=True).start()

    def _wait(self, training: int, process: subprocess.Popen) -> None:
        _, said = process.communicate()
        text = said.decode("utf-8", "replace")
        if self._trainings.fail(training, f"{text}\nthe process of the training ended with code {process.returncode}"):
            log.error("training %s ended without a result, code %s", training, process.returncode)
