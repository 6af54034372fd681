"""How far a training is, told from what Rasa logs of it."""
from __future__ import annotations

import logging
import re
from contextlib import contextmanager
from typing import Callable, Iterator

import yaml
from rasa.shared.utils.common import class_from_module_path

from nlu.inputs import ROOT

Progress = Callable[[str, int, int], None]
"""Told of each component that is trained: its name, its number, and how many there are."""

LOG = "rasa.engine.training.hooks"
_TRAINED = re.compile(r"Finished training component '(\w+)'")


@contextmanager
def told(progress: Progress) -> Iterator[None]:
    """Tell `progress` of each trained component while the block runs."""
    log, teller = logging.getLogger(LOG), _Teller(progress)
    level = log.level
    log.addHandler(teller)
    log.setLevel(logging.INFO)
    try:
        yield
    finally:
        log.removeHandler(teller)
        log.setLevel(level)


class _Teller(logging.Handler):
    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self._done, self._all = 0, len(trainable())

    def emit(self, record: logging.LogRecord) -> None:
        found = _TRAINED.search(record.getMessage())
        if found:
            self._done += 1
            self._progress(found[1], self._done, max(self._done, self._all))


def trainable() -> list[str]:
    """Return the components of config.yml that are trained."""
    config = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))
    names = [one["name"] for one in (*config["pipeline"], *config["policies"])]
    return [name for name in names if hasattr(class_from_module_path(name), "train")]
