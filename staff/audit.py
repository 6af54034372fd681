"""The record of what staff did. It is only added to."""
from __future__ import annotations

from typing import Sequence

from sqlalchemy import select

from staff.tables import AuditRow
from store.database import Database

PAGE = 100
LONGEST = 4_000


class Audit:
    """The audit log of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, who: str, action: str, what: str = "", before: str = "", after: str = "") -> None:
        """Record that `who` did `action` to `what`; passwords and codes never stand in before or after."""
        with self._database.session() as session:
            session.add(AuditRow(who=who, action=action, what=what, before=before[:LONGEST], after=after[:LONGEST]))

    def page(self, before_id: int | None = None) -> Sequence[AuditRow]:
        """Return the newest entries, or those older than `before_id`."""
        query = select(AuditRow).order_by(AuditRow.id.desc()).limit(PAGE)
        with self._database.session() as session:
            return list(session.execute(query.where(AuditRow.id < before_id) if before_id else query).scalars())
