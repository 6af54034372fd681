"""Looking a dossier up for a citizen: limits first, then the source, then the audit."""
from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, Iterator

from sqlalchemy import bindparam, func, insert, select, true, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from dossiers.digits import Digits
from dossiers.numbers import masked
from dossiers.privacy import hide
from dossiers.provider import Dossier, EmbeddedProvider, Provider, dossier, history
from dossiers.tables import DossierRow, LookupAttempt
from store.base import utc_now
from store.database import Database

log = logging.getLogger(__name__)

LOCK = 4_100_417
"""The advisory lock under which processes on PostgreSQL count attempts."""

# Attempts are counted by one at a time. A server of PostgreSQL that crashes may lose those of its last half second: nobody who
# guesses gains by that, and nobody waits for the disk (docs/decisions/0011-dossiers.md).
_TURN = {"postgresql": f"SELECT pg_advisory_xact_lock({LOCK}), set_config('synchronous_commit', 'off', true)",
         "sqlite": "BEGIN IMMEDIATE"}

MOST_REMEMBERED = 10_000
"""Closed doors kept in memory; the database knows them all."""


@dataclass(frozen=True)
class Limits:
    """How many wrong attempts are borne, and for how long they count.

    `overall` closes look-ups for everybody but those who look at a dossier they proved theirs within `proven_for`: four digits
    guessed at many numbers by many chats would be right twice in ten thousand. `per_number_a_day` outlasts patience.
    """

    per_chat: int = 5
    per_number: int = 10
    overall: int = 300
    per_number_a_day: int = 20
    window: timedelta = timedelta(hours=1)
    proven_for: timedelta = timedelta(days=30)


# Made once: to put such a question together takes longer than to answer it.
_PROOF = select(LookupAttempt.id).where(
    LookupAttempt.chat == bindparam("chat"), LookupAttempt.number_hash == bindparam("number_hash"), LookupAttempt.right.is_(True),
    LookupAttempt.at > bindparam("proven_since"))
_WRONG = select(func.count()).select_from(LookupAttempt).where(LookupAttempt.right.is_(False))
_LATELY = _WRONG.where(LookupAttempt.at > bindparam("lately"))
_COUNTS = select(
    _PROOF.exists(), _LATELY.where(LookupAttempt.chat.in_((bindparam("chat"), bindparam("hidden")))).scalar_subquery(),
    _LATELY.where(LookupAttempt.number_hash == bindparam("number_hash")).scalar_subquery(),
    _WRONG.where(LookupAttempt.at > bindparam("a_day_ago"),
                 LookupAttempt.number_hash == bindparam("number_hash")).scalar_subquery(),
    _LATELY.scalar_subquery())
_TABLE = LookupAttempt.__table__
_RECORD = insert(_TABLE)
_PROVED = update(_TABLE).where(_TABLE.c.id == bindparam("attempt")).values(right=True)


class TooManyAttempts(Exception):
    """The chat, the number or everybody has used up the wrong attempts; a right answer is withheld too for a while."""


class Lookup:
    """Finds dossiers within the limits. An unknown number and wrong digits give the same answer after the same work."""

    def __init__(self, database: Database, provider: Provider, digits: Digits, limits: Limits = Limits(),
                 now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._provider = provider
        self._digits = digits
        self._limits = limits
        self._now = now
        self._closed: dict[tuple[str, str], datetime] = {}

    async def find(self, chat: str, number: str, digits: str) -> Dossier | None:
        """Return the dossier, or None when number and digits do not belong together. Raises `TooManyAttempts`, `SourceDown`."""
        number_hash = self._digits.number_hash(number)
        # Who hammers on a door that is closed should cost little and hold up nobody.
        if any(self._closed.get(door, self._now()) > self._now() for door in ((chat, ""), (chat, number_hash))):
            raise TooManyAttempts
        look_up = self._in_our_table if isinstance(self._provider, EmbeddedProvider) else self._elsewhere
        found = await look_up(chat, number, number_hash, digits)
        log.info("dossier look-up %s: %s", masked(number), "found" if found else "no match")
        return found

    def proven(self, chat: str, number: str) -> bool:
        """Tell whether the chat has seen this dossier with the right digits lately."""
        with self._database.session() as session:
            return session.execute(select(_PROOF.exists()), {
                "chat": chat, "number_hash": self._digits.number_hash(number),
                "proven_since": self._now() - self._limits.proven_for}).scalar_one()

    def again(self, chat: str, number: str) -> Dossier | None:
        """Return what is known of a dossier that the chat proved its own lately, else None; nothing is guessed, nothing counts."""
        if not self.proven(chat, number):
            return None
        with self._database.session() as session:
            row = session.get(DossierRow, number)
            return dossier(row, history(session, number)) if row else None

    def forget(self, session: Session, chat: str) -> None:
        """Erase a chat's attempts. Those that still count say no longer whose they are, else erasing would reset the limit."""
        hide(session, chat, self._digits.chat_hash(chat), self._now())

    async def _in_our_table(self, chat: str, number: str, number_hash: str, digits: str) -> Dossier | None:
        """Count, look and record in one transaction: each would cost as much as all three."""
        with self._turn() as session:
            self._check(session, chat, number_hash)
            found = self._provider.within(session, number, digits)
            self._record(session, chat, number, number_hash, found is not None)
        return found

    async def _elsewhere(self, chat: str, number: str, number_hash: str, digits: str) -> Dossier | None:
        """Ask a source that takes its time. Till then the attempt counts as wrong: many at once must not get past the limits."""
        with self._turn() as session:
            self._check(session, chat, number_hash)
            attempt = self._record(session, chat, number, number_hash, False)
        found = await self._provider.find(number, digits)
        if found:
            with self._database.session() as session:
                session.execute(_PROVED, {"attempt": attempt})
        return found

    @contextmanager
    def _turn(self) -> Iterator[Session]:
        """Give a session in which attempts may be counted: no other is counted until its end."""
        with self._database.session() as session:
            connection = session.connection()
            connection.exec_driver_sql(_TURN[connection.dialect.name])
            yield session

    def _record(self, session: Session, chat: str, number: str, number_hash: str, right: bool) -> int:
        """Keep an attempt and return its id."""
        row = {"chat": chat, "number_hash": number_hash, "masked": masked(number), "right": right, "at": self._now()}
        return session.connection().execute(_RECORD, row).inserted_primary_key[0]

    def _check(self, session: Session, chat: str, number_hash: str) -> None:
        """Raise `TooManyAttempts` unless one more attempt is borne."""
        now, limits, hidden = self._now(), self._limits, self._digits.chat_hash(chat)
        # One question to the database, whatever the answer: neither the time nor the work tells which limit was reached.
        proven, *wrong = session.execute(_COUNTS, {
            "chat": chat, "hidden": hidden, "number_hash": number_hash,
            "lately": now - limits.window, "a_day_ago": now - timedelta(days=1),
            "proven_since": now - limits.proven_for}).one()
        most = (limits.per_chat, limits.per_number, limits.per_number_a_day, limits.overall)
        of_chat, *others = [count >= borne for count, borne in zip(wrong, most)]
        # The owner of a dossier is not shut out by those who guess at it, or at others.
        if not of_chat and (proven or not any(others)):
            return
        of_number = LookupAttempt.number_hash == number_hash
        reached = [(LookupAttempt.chat.in_((chat, hidden)), limits.per_chat, limits.window)] if of_chat else [
            limit for limit, over in zip(((of_number, limits.per_number, limits.window),
                                          (of_number, limits.per_number_a_day, timedelta(days=1)),
                                          (true(), limits.overall, limits.window)), others) if over]
        self._remember((chat, "" if of_chat else number_hash), max(_open_again(session, *limit) for limit in reached))
        raise TooManyAttempts

    def _remember(self, door: tuple[str, str], until: datetime) -> None:
        """Keep in memory until when a door is closed: a chat, or a number for a chat."""
        if len(self._closed) >= MOST_REMEMBERED:
            self._closed.clear()
        self._closed[door] = until


def _open_again(session: Session, whose: ColumnElement, most: int, span: timedelta) -> datetime:
    """Return when a limit that is reached bears another attempt."""
    query = select(LookupAttempt.at).where(whose, LookupAttempt.right.is_(False)).order_by(LookupAttempt.id.desc())
    return session.execute(query.offset(most - 1).limit(1)).scalar_one() + span
