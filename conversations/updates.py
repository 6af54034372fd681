"""Which updates of Telegram were taken: each is handled once, by whichever process it reaches and however often it comes."""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Callable

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from conversations.tables import UpdateRow
from store.base import utc_now
from store.database import Database

CLAIM = timedelta(minutes=5)
"""For how long a process that took an update is believed to be at it: longer than Telegram makes anybody wait."""

KEPT = timedelta(days=2)
"""Telegram sends nothing again after a day."""

NEW, BUSY, DONE = "new", "busy", "done"


class Updates:
    """The updates taken by all processes over one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, number: int) -> str:
        """Take an update: new when it is ours to handle, busy while somebody is at it, done when it was handled."""
        now = self._clock()
        with self._database.session() as session:
            try:
                with session.begin_nested():
                    session.add(UpdateRow(number=number, done=False, claimed_until=now + CLAIM, at=now))
                return NEW
            except IntegrityError:
                # Of those who find that a process has died with it, one is first.
                late = update(UpdateRow).where(UpdateRow.number == number, UpdateRow.done.is_(False), UpdateRow.claimed_until < now)
                if session.execute(late.values(claimed_until=now + CLAIM).execution_options(synchronize_session=False)).rowcount:
                    return NEW
                return DONE if session.get(UpdateRow, number).done else BUSY

    def end(self, number: int) -> None:
        """Record that an update was handled."""
        with self._database.session() as session:
            session.execute(update(UpdateRow).where(UpdateRow.number == number).values(done=True))

    def purge(self) -> None:
        """Forget updates that cannot come again."""
        with self._database.session() as session:
            session.execute(delete(UpdateRow).where(UpdateRow.at < self._clock() - KEPT))
