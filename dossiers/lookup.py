"""Looking a dossier up for a citizen: limits first, then the source, then the audit."""
from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dossiers.digits import Digits
from dossiers.numbers import masked
from dossiers.privacy import hide
from dossiers.provider import Dossier, Provider
from dossiers.tables import LookupAttempt
from store.base import utc_now
from store.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """How many wrong attempts are borne, and for how long they count."""

    per_chat: int = 5
    per_number: int = 10
    window: timedelta = timedelta(hours=1)


class TooManyAttempts(Exception):
    """The chat or the number has used up its wrong attempts; a right answer is withheld too until the window is over."""


class Lookup:
    """Finds dossiers within the limits. An unknown number and wrong digits give the same answer."""

    def __init__(self, database: Database, provider: Provider, digits: Digits, limits: Limits = Limits(),
                 now: Callable = utc_now) -> None:
        self._database = database
        self._provider = provider
        self._digits = digits
        self._limits = limits
        self._now = now

    async def find(self, chat: str, number: str, digits: str) -> Dossier | None:
        """Return the dossier, or None when number and digits do not belong together. Raises `TooManyAttempts`."""
        number_hash = self._digits.number_hash(number)
        self._check(chat, number_hash)
        dossier = await self._provider.find(number, digits)
        with self._database.session() as session:
            session.add(LookupAttempt(chat=chat, number_hash=number_hash, masked=masked(number), right=dossier is not None,
                                      at=self._now()))
        log.info("dossier look-up %s: %s", masked(number), "found" if dossier else "no match")
        return dossier

    def forget(self, session: Session, chat: str) -> None:
        """Erase a chat's attempts. Those that still count say no longer whose they are, else erasing would reset the limit."""
        hide(session, chat, self._digits.chat_hash(chat), self._now())

    def _check(self, chat: str, number_hash: str) -> None:
        since = self._now() - self._limits.window
        wrong = select(func.count()).select_from(LookupAttempt).where(LookupAttempt.at > since, LookupAttempt.right.is_(False))
        with self._database.session() as session:
            of_chat = session.execute(wrong.where(self._of(chat))).scalar_one()
            of_number = session.execute(wrong.where(LookupAttempt.number_hash == number_hash)).scalar_one()
        if of_chat >= self._limits.per_chat or of_number >= self._limits.per_number:
            raise TooManyAttempts

    def _of(self, chat: str):
        """Match a chat's attempts, also those made before it asked to be forgotten."""
        return LookupAttempt.chat.in_((chat, self._digits.chat_hash(chat)))
