"""Follows which model is live: notices a switch within a second, loads the model beside the working one, and changes over."""
from __future__ import annotations

import asyncio
import logging
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Callable, Generic, TypeVar

from teaching.models import Models
from teaching.switches import Switches

log = logging.getLogger(__name__)

Loaded = TypeVar("Loaded")

EVERY = 1.0
"""Seconds between two looks."""

RETRIES = 30
"""Looks before a model that could not be loaded is tried again."""


class Follower(Generic[Loaded]):
    """Keeps a process on the live model. `load` runs in a thread and may take seconds; `use` runs between two messages.

    `base` gives the file of the model of the files, and may train it first.
    """

    def __init__(self, switches: Switches, models: Models, base: Callable[[], Path], load: Callable[[Path], Loaded],
                 use: Callable[[Loaded], None] = lambda _: None) -> None:
        self._switches, self._models = switches, models
        self._base, self._load, self._use = base, load, use
        self._training: int | None = None
        self._failed: tuple[Any, int] | None = None

    def first(self) -> Loaded:
        """Return the live model for a process that starts; if the taught one cannot be loaded, that of the files."""
        training = self._switches.training()
        if training is not None:
            try:
                loaded = self._loaded(training)
                self._training = training
                return loaded
            except Exception as error:
                log.error("the model of training %s cannot be used, that of the files is: %s", training, error)
        return self._loaded(None)

    @property
    def live(self) -> str:
        """Return which model is in use: files, or training-<number>."""
        return "files" if self._training is None else f"training-{self._training}"

    async def follow(self) -> None:
        """Look again and again until cancelled."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.look()
            except Exception as error:
                log.error("which model is live could not be found out: %s", type(error).__name__)

    async def look(self) -> bool:
        """Change over if another model is live by now; return whether it was done."""
        training = await asyncio.to_thread(self._switches.training)
        if training == self._training or self._waits(training):
            return False
        try:
            loaded = await asyncio.to_thread(self._loaded, training)
        except Exception as error:
            log.error("the model of training %s cannot be loaded; the one before stays: %s", training, error)
            self._failed = (training, RETRIES)
            return False
        self._use(loaded)
        self._training, self._failed = training, None
        log.info("now answering with the model of %s", "the files" if training is None else f"training {training}")
        return True

    def _waits(self, training: int | None) -> bool:
        """Tell whether this model failed just now, so that it is not fetched every second."""
        if self._failed is None or self._failed[0] != training or not self._failed[1]:
            return False
        self._failed = (training, self._failed[1] - 1)
        return True

    def _loaded(self, training: int | None) -> Loaded:
        with ExitStack() as stack:
            return self._load(self._base() if training is None else stack.enter_context(self._models.file(training)))
