"""Looking a dossier up for a citizen: limits first, then the source, then the audit."""
from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from dossiers.digits import Digits
from dossiers.numbers import masked
from dossiers.provider import Dossier, Provider
from dossiers.tables import LookupAttempt
from store.base import utc_now
from store.database import Database

log = logging.getLogger(__name__)

LOCK = 4_100_417
"""The advisory lock under which processes on PostgreSQL count attempts; SQLite has one writer anyway."""

MOST_REMEMBERED = 10_000
"""Closed chats kept in memory; the database knows them all."""


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
        self._closed: dict[str, datetime] = {}

    async def find(self, chat: str, number: str, digits: str) -> Dossier | None:
        """Return the dossier, or None when number and digits do not belong together. Raises `TooManyAttempts`, `SourceDown`."""
        number_hash = self._digits.number_hash(number)
        attempt = self._begin(chat, number, number_hash)
        # Until the source answered, the attempt counts as a wrong one: many at once must not get past the limits.
        dossier = await self._provider.find(number, digits)
        self._end(attempt, dossier is not None)
        log.info("dossier look-up %s: %s", masked(number), "found" if dossier else "no match")
        return dossier

    def proven(self, chat: str, number: str) -> bool:
        """Tell whether the chat has seen this dossier with the right digits lately."""
        with self._database.session() as session:
            return session.execute(self._proof(chat, self._digits.number_hash(number)).limit(1)).first() is not None

    def _begin(self, chat: str, number: str, number_hash: str) -> int:
        """Record the attempt and return its id. Raises `TooManyAttempts`, and then nothing is recorded."""
        # Looked at first in memory and without a lock: who hammers on closed doors should cost little and hold up nobody.
        if self._closed.get(chat, self._now()) > self._now():
            raise TooManyAttempts
        with self._database.session() as session:
            self._check(session, chat, number_hash)
        with self._database.session() as session:
            attempt = LookupAttempt(chat=chat, number_hash=number_hash, masked=masked(number), right=False, at=self._now())
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            session.add(attempt)
            session.flush()
            self._check(session, chat, number_hash, own=1)
            return attempt.id

    def _end(self, attempt: int, right: bool) -> None:
        order = update(LookupAttempt).where(LookupAttempt.id == attempt).values(right=right)
        with self._database.session() as session:
            session.execute(order.execution_options(synchronize_session=False))

    def _check(self, session: Session, chat: str, number_hash: str, own: int = 0) -> None:
        """Raise `TooManyAttempts` unless one more is borne; `own` of those counted is the present one."""
        limits = self._limits
        count = select(func.count()).select_from(LookupAttempt).where(LookupAttempt.right.is_(False))
        lately = count.where(LookupAttempt.at > self._now() - limits.window)
        a_day = count.where(LookupAttempt.at > self._now() - timedelta(days=1), LookupAttempt.number_hash == number_hash)
        asked = ((lately.where(LookupAttempt.chat == chat), limits.per_chat),
                 (lately.where(LookupAttempt.number_hash == number_hash), limits.per_number),
                 (a_day, limits.per_number_a_day), (lately, limits.overall))
        # One question to the database, whatever the answer: neither the time nor the work tells which limit was reached.
        proven, *wrong = session.execute(select(
            self._proof(chat, number_hash).exists(), *(query.scalar_subquery() for query, _ in asked))).one()
        of_chat, *others = [count - own >= most for count, (_, most) in zip(wrong, asked)]
        # The owner of a dossier is not shut out by those who guess at it, or at others.
        if of_chat:
            self._close(session, chat)
        if of_chat or (any(others) and not proven):
            raise TooManyAttempts

    def _close(self, session: Session, chat: str) -> None:
        """Remember until when a chat has used up its attempts."""
        wrong = select(LookupAttempt.at).where(LookupAttempt.chat == chat, LookupAttempt.right.is_(False))
        counted = session.execute(wrong.order_by(LookupAttempt.at.desc()).limit(self._limits.per_chat)).scalars().all()
        if len(self._closed) >= MOST_REMEMBERED:
            self._closed.clear()
        self._closed[chat] = counted[-1] + self._limits.window

    def _proof(self, chat: str, number_hash: str) -> Select:
        return select(LookupAttempt.id).where(
            LookupAttempt.chat == chat, LookupAttempt.number_hash == number_hash, LookupAttempt.right.is_(True),
            LookupAttempt.at > self._now() - self._limits.proven_for)
