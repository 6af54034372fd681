"""Which updates of Telegram were taken, and what was answered to those that are not done: each is answered once.

An update is handled by whichever process it reaches, however often it comes. What the bot answers to it is kept in the transaction
that changes what the conversation remembers, and how much of that is sent after each message; so a process that dies over it
leaves to the next what is still to be said, and not one word more than may have been said (docs/decisions/0014-under-stress.md).
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Mapping, Sequence

from sqlalchemy import delete, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from conversations.tables import UpdateRow
from store.base import utc_now
from store.database import Database

CLAIM = timedelta(seconds=10)
"""For how long a process that took an update is believed to be at it, unless it says again that it is."""

KEPT = timedelta(days=2)
"""Telegram sends nothing again after a day."""

NEW, BUSY, DONE = "new", "busy", "done"


@dataclass(frozen=True)
class Begun:
    """What is known of an update: `state` is new when it is ours, busy while somebody is at it, done when it was handled.

    `answers` are the replies to it, as plain data, of a process that died over it: `final` ones need only be sent, of which
    `sent` messages were; others are what the engine said.
    """

    state: str
    answers: Sequence[Mapping[str, Any]] | None = None
    final: bool = False
    sent: int = 0


class Updates:
    """The updates taken by all processes over one database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, number: int) -> Begun:
        """Take an update, for as long as `renew` is called for it."""
        now = self._clock()
        with self._database.session() as session:
            try:
                with session.begin_nested():
                    session.add(UpdateRow(number=number, done=False, claimed_until=now + CLAIM, at=now))
                return Begun(NEW)
            except IntegrityError:
                # Of those who find that a process has died with it, one is first.
                late = _of(number).where(UpdateRow.done.is_(False), UpdateRow.claimed_until < now)
                ours = session.execute(late.values(claimed_until=now + CLAIM)).rowcount == 1
                row = session.get(UpdateRow, number)
                if not ours:
                    return Begun(DONE if row.done else BUSY)
                return Begun(NEW, None if row.answers is None else json.loads(row.answers), row.final, row.sent)

    def renew(self, numbers: Sequence[int]) -> None:
        """Say that updates are still being handled."""
        with self._database.session() as session:
            session.execute(update(UpdateRow).where(UpdateRow.number.in_(list(numbers)), UpdateRow.done.is_(False)).values(
                claimed_until=self._clock() + CLAIM).execution_options(synchronize_session=False))

    def answered(self, number: int, answers: Sequence[Mapping[str, Any]], final: bool,
                 connection: Connection | None = None) -> None:
        """Keep what is answered to an update until it is sent; with a `connection`, exactly if its transaction's other work is."""
        kept = _of(number).values(answers=json.dumps(list(answers)), final=final, sent=0)
        if connection is not None:
            connection.execute(kept)
            return
        with self._database.session() as own:
            own.execute(kept)

    def sent(self, number: int, count: int) -> None:
        """Record that so many of the messages that answer an update were sent."""
        with self._database.session() as session:
            session.execute(_of(number).values(sent=count))

    def end(self, number: int) -> None:
        """Record that an update was handled; what was answered is forgotten."""
        with self._database.session() as session:
            session.execute(_of(number).values(done=True, answers=None))

    def release(self, number: int) -> None:
        """Give an update back that cannot be finished now; what was answered stays for whoever takes it next."""
        with self._database.session() as session:
            session.execute(_of(number).values(claimed_until=self._clock() - timedelta(seconds=1)))

    def purge(self) -> None:
        """Forget updates that cannot come again."""
        with self._database.session() as session:
            session.execute(delete(UpdateRow).where(UpdateRow.at < self._clock() - KEPT))


def _of(number: int):
    return update(UpdateRow).where(UpdateRow.number == number).execution_options(synchronize_session=False)
