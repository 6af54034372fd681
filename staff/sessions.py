"""Who is signed in: a token in a cookie, of which the database keeps the hash, for a limited time."""
from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable

from sqlalchemy import delete, or_

from staff.tables import SessionRow
from store.base import utc_now
from store.database import Database

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
"""How long a session lasts without a request, and at most."""

_REMEMBER = timedelta(seconds=60)
"""How old the time of the last request may be before it is written again."""


@dataclass(frozen=True)
class SignedIn:
    """A session: whose it is, and what its forms must carry (`csrf`)."""

    account: str
    csrf: str


class Sessions:
    """The sessions of a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def start(self, account: str) -> str:
        """Begin a session and return its token, which is told to nobody but the browser."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(or_(
                SessionRow.seen_at < now - IDLE, SessionRow.created_at < now - LONGEST)))
            session.add(SessionRow(token_hash=_hash(token), account=account, csrf=secrets.token_urlsafe(32),
                                   created_at=now, seen_at=now))
        return token

    def find(self, token: str) -> SignedIn | None:
        """Return the session of a token, unless it has ended."""
        now = self._clock()
        with self._database.session() as session:
            row = session.get(SessionRow, _hash(token))
            if row is None:
                return None
            if now - row.seen_at > IDLE or now - row.created_at > LONGEST:
                session.delete(row)
                return None
            if now - row.seen_at > _REMEMBER:
                row.seen_at = now
            return SignedIn(row.account, row.csrf)

    def end(self, token: str) -> None:
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.token_hash == _hash(token)))

    def end_all(self, account: str) -> None:
        """Sign an account out everywhere, as after a change of password or roles."""
        with self._database.session() as session:
            session.execute(delete(SessionRow).where(SessionRow.account == account))


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
