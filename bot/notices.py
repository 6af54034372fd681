"""News of followed dossiers on their way into the outbox: looked for every minute, reminders every hour of the day."""
from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Any, Callable, Mapping, Protocol, Sequence

log = logging.getLogger(__name__)

EVERY = 60
"""Seconds between two looks for changes."""

REMIND_EVERY = timedelta(hours=1)

Letters = Sequence[tuple[str, Mapping[str, Any], str]]
"""Chat, reply and key of each notice."""


class Follows(Protocol):
    """What the bot needs of `dossiers.follows.Follows`."""

    def scan(self, tell: Callable[[Any, Sequence[Any]], None]) -> int: ...
    def remind(self, tell: Callable[[Any, Sequence[Any]], None]) -> int: ...


class Outbox(Protocol):
    """What the bot needs of `conversations.outbox.Outbox`."""

    def put_many(self, session: Any, letters: Letters, not_before: datetime) -> None: ...


class Notices:
    """Puts what followers should hear into the outbox, for the hours in which nobody is woken by it.

    `off` tells, by something true, that staff have turned notices off: changes then stay where they are kept until they are told.
    """

    def __init__(self, follows: Follows, outbox: Outbox, letters: Callable[[Sequence[Any]], Letters],
                 not_before: Callable[[datetime], datetime], clock: Callable[[], datetime],
                 refresh: Callable[[], Any] | None = None, off: Callable[[], object] = lambda: None) -> None:
        self._follows = follows
        self._outbox = outbox
        self._letters = letters
        self._not_before = not_before
        self._clock = clock
        self._refresh = refresh
        self._off = off
        self._reminded: datetime | None = None

    async def run(self) -> None:
        """Look for news until cancelled; an outage is waited for."""
        while True:
            try:
                await self.round()
            except Exception as error:
                log.error("news of dossiers cannot be looked for: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def round(self) -> int:
        """Look for changes once, and for days that are near when that was long ago; return how many notices that made."""
        if self._refresh:
            await self._refresh()
        if await asyncio.to_thread(self._off):
            return 0
        told = await asyncio.to_thread(self._follows.scan, self._tell)
        now = self._clock()
        if self._reminded is None or now - self._reminded >= REMIND_EVERY:
            told += await asyncio.to_thread(self._follows.remind, self._tell)
            self._reminded = now
        if told:
            log.info("%d notices about dossiers put into the outbox", told)
        return told

    def _tell(self, session: Any, notices: Sequence[Any]) -> None:
        self._outbox.put_many(session, self._letters(notices), self._not_before(self._clock()))
