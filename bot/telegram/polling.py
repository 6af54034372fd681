"""Long polling that loses nothing: an update counts as arrived when it was dealt with, not when it was fetched."""
from __future__ import annotations

import asyncio
import logging
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Awaitable, Callable, Sequence

from telegram import Bot, Update
from telegram.error import TelegramError

log = logging.getLogger(__name__)

LONG = 10
"""Seconds for which Telegram holds a question open when there is nothing."""

SOON = 0.3
"""Seconds after which is asked again while something is being dealt with."""

ALIVE = 60.0
"""After so many seconds without an answer of Telegram the polling counts as dead."""

LONGEST_PAUSE = 30.0
GIVEN_UP = 30
"""How often an update is tried that cannot be dealt with, such as when its answer is not taken: for about a quarter of an hour."""

Deal = Callable[[Update], Awaitable[bool]]
"""Deals with an update; returns False when it should come again."""


@dataclass
class Open:
    """An update that Telegram still has: who is at it now, how often it was tried in vain, and when it may be again."""

    task: asyncio.Task | None
    tries: int = 0
    again: float = 0.0


class Polling:
    """Asks Telegram for updates until stopped, and has them dealt with side by side.

    What is asked for begins with the first update that is not dealt with, so Telegram keeps it and all after it; a process that
    dies gets them again, and those of them that were dealt with are known by their numbers.
    """

    def __init__(self, bot: Bot, deal: Deal, kinds: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._bot = bot
        self._deal = deal
        self._kinds = list(kinds)
        self._clock = clock
        self._open: dict[int, Open] = {}
        self._done: set[int] = set()
        self._next = 0
        self._heard = clock()
        self._stopped = asyncio.Event()

    @property
    def alive(self) -> bool:
        """Tell whether Telegram answered lately."""
        return self._clock() - self._heard < ALIVE

    async def run(self) -> None:
        """Poll until stopped, then finish what was taken and tell Telegram so."""
        pause, self._heard = 0.0, self._clock()
        while not self._stopped.is_set():
            try:
                found = await self._fetch(0 if self._open else LONG)
            except Exception as error:
                # Whatever it is, polling must go on: in an outage of its own Telegram may even not know the token.
                log.warning("Telegram cannot be polled for the moment: %s", type(error).__name__)
                pause = min(2 * pause + 1, LONGEST_PAUSE)
                await self._wait(pause)
                continue
            pause, self._heard = 0.0, self._clock()
            for update in found:
                self._take(update)
            await self._some_are_done()
        if running := self._running():
            await asyncio.wait(running)
        self._close_done()
        with suppress(TelegramError):
            await self._bot.get_updates(offset=self._first(), timeout=0, limit=1, allowed_updates=self._kinds)

    def stop(self) -> None:
        """Let `run` end."""
        self._stopped.set()

    async def _fetch(self, timeout: int) -> Sequence[Update]:
        asked = asyncio.create_task(self._bot.get_updates(offset=self._first(), timeout=timeout, allowed_updates=self._kinds))
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait({asked, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not asked.done():
            # What it would have brought stays with Telegram.
            asked.cancel()
            return ()
        return asked.result()

    def _first(self) -> int:
        """Return from which update on Telegram should send; those before it will not come again."""
        first = min(self._open, default=self._next)
        self._done = {number for number in self._done if number >= first}
        return first

    def _take(self, update: Update) -> None:
        number = update.update_id
        if number in self._done:
            return
        self._next = max(self._next, number + 1)
        known = self._open.get(number)
        if known is None:
            self._open[number] = Open(asyncio.create_task(self._deal(update)))
        elif known.task is None and self._clock() >= known.again:
            known.task = asyncio.create_task(self._deal(update))

    def _running(self) -> set[asyncio.Task]:
        return {one.task for one in self._open.values() if one.task}

    async def _some_are_done(self) -> None:
        """Wait a moment, or less if something is dealt with; close what is."""
        if running := self._running():
            await asyncio.wait(running, timeout=SOON, return_when=asyncio.FIRST_COMPLETED)
        elif self._open:
            await self._wait(SOON)
        self._close_done()

    def _close_done(self) -> None:
        for number, one in list(self._open.items()):
            if one.task is None or not one.task.done():
                continue
            if one.task.exception() is None and one.task.result():
                self._close(number)
                continue
            one.task, one.tries = None, one.tries + 1
            one.again = self._clock() + min(2.0 ** one.tries, LONGEST_PAUSE)
            if one.tries >= GIVEN_UP:
                log.error("an update could not be dealt with in %d tries and is given up", one.tries)
                self._close(number)

    def _close(self, number: int) -> None:
        del self._open[number]
        self._done.add(number)

    async def _wait(self, seconds: float) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._stopped.wait(), seconds)
