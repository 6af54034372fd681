"""Where a dossier is looked up: one small interface, and the embedded table behind it."""
from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Protocol, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dossiers.digits import Digits
from dossiers.statuses import Status, statuses
from dossiers.tables import ChangeRow, DossierRow
from store.base import VIETNAM
from store.database import Database

MOST_HISTORY = 20
"""Earlier states that are shown: more than any procedure has."""

# Made once: to put a question together takes longer than to answer it.
_CHANGES, _DOSSIERS = ChangeRow.__table__, DossierRow.__table__
_HISTORY = select(_CHANGES).where(_CHANGES.c.number == bindparam("number")).order_by(_CHANGES.c.version.desc()).limit(MOST_HISTORY)
_NEXT = select(_DOSSIERS).where(_DOSSIERS.c.number >= bindparam("number")).order_by(_DOSSIERS.c.number).limit(1)


@dataclass(frozen=True)
class Past:
    """A state a dossier had: since `at` (Vietnam's time), with an office."""

    status: Status
    at: datetime
    office: str


@dataclass(frozen=True)
class Dossier:
    """What a citizen with the right number and digits may see.

    `changed_at` is Vietnam's time; `note` is what the office wrote for the applicant; `history` has the states before, the
    oldest first; `version` counts the states. `known_at` is set, in Vietnam's time, when the source did not answer and this is
    what it said last.
    """

    number: str
    service: str | None
    status: Status
    office: str
    filed_on: date
    due_on: date | None
    changed_at: datetime
    note: str
    supplement_by: date | None = None
    history: Sequence[Past] = ()
    version: int = 1
    known_at: datetime | None = None


class SourceDown(Exception):
    """The source does not answer, and nothing it said before may be shown."""


class Provider(Protocol):
    """A source of dossiers."""

    async def find(self, number: str, digits: str) -> Dossier | None:
        """Return the dossier, or None both for an unknown number and for digits that are not on it. Raises `SourceDown`."""


class EmbeddedProvider:
    """Looks dossiers up in our own table, filled by `python -m dossiers import`."""

    def __init__(self, database: Database, digits: Digits) -> None:
        self._database = database
        self._digits = digits

    async def find(self, number: str, digits: str) -> Dossier | None:
        with self._database.session() as session:
            return self.within(session, number, digits)

    def within(self, session: Session, number: str, digits: str) -> Dossier | None:
        """Do what `find` does in a transaction of the caller's."""
        # The same work for an unknown number, so that the time taken tells nothing: it is done for the next number there is.
        row = session.connection().execute(_NEXT, {"number": number}).first()
        past = _history(session, row.number if row else number)
        typed = self._digits.hash(number, digits)
        kept = [row.phone_hash, row.id_hash] if row else ["", ""]
        right = [hmac.compare_digest(typed, hash_ or "") for hash_ in kept]
        return dossier(row, _pasts(past)) if row and row.number == number and any(right) else None


def history(session: Session, number: str) -> list[Past]:
    """Return the states a dossier had before its present one, the oldest first."""
    return _pasts(_history(session, number))


def _history(session: Session, number: str) -> Sequence[Any]:
    return session.connection().execute(_HISTORY, {"number": number}).all()


def _pasts(changes: Sequence[Any]) -> list[Past]:
    return [Past(statuses()[row.status], row.changed_at + VIETNAM, row.office) for row in reversed(changes)]


def dossier(row: DossierRow, past: Sequence[Past] = ()) -> Dossier:
    """Return what may be seen of a row."""
    return Dossier(row.number, row.service, statuses()[row.status], row.office, row.filed_on, row.due_on, row.changed_at + VIETNAM,
                   row.note, row.supplement_by, tuple(past), row.version)


def last_known(row: DossierRow, past: Sequence[Past] = ()) -> Dossier:
    """Return what may be seen of a row while its source does not answer."""
    return replace(dossier(row, past), known_at=(row.seen_at or row.changed_at) + VIETNAM)
