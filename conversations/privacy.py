"""What is kept of a chat: shown to whoever it is about, erased at their wish, and erased in the end in any case.

Every table with a column `chat`, and every table whose rows belong to such rows, is found by what the tables say of
themselves: a new one is shown and erased without a word here.
"""
from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any, Callable, Iterator, Mapping, Sequence

from sqlalchemy import Table, delete, select
from sqlalchemy.orm import Session

from conversations.tables import HandoverRow
from store.base import Base, utc_now
from store.database import Database

AGED_BY = {"conversations": "changed_at", "turns": "at", "outbox": "created_at", "handovers": "closed_at", "lookup_attempts": "at",
           "dossier_follows": "since"}
"""The column that tells how old a row is; one without a time, such as a conversation that is still open, is not old."""

BATCH = 1_000
"""Rows erased in one transaction, so that nobody waits long for the database."""

Erase = Callable[[Session, str], None]
"""Erases what one table keeps of a chat, where that takes more than deleting its rows."""


def tables() -> list[Table]:
    """Return the tables that keep something of a chat under its name."""
    return [table for table in Base.metadata.sorted_tables if "chat" in table.c]


def belonging(table: Table) -> Iterator[tuple[Table, str]]:
    """Yield the tables whose rows belong to rows of this one, each with the column that says to which."""
    for other in Base.metadata.sorted_tables:
        yield from ((other, key.parent.name) for key in other.foreign_keys if key.column.table is table)


class Privacy:
    """What a database keeps of chats. `erase` has a way of its own for some tables, by their names."""

    def __init__(self, database: Database, erase: Mapping[str, Erase] | None = None,
                 clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._erase = erase or {}
        self._clock = clock

    def kept(self, chat: str) -> dict[str, list[dict[str, Any]]]:
        """Return everything that is kept of a chat as plain data, by table; a table that keeps nothing is left out."""
        with self._database.session() as session:
            found = {name: list(rows) for name, rows in _rows(session, chat)}
        return {name: rows for name, rows in found.items() if rows}

    def forget(self, chat: str) -> None:
        """Erase everything that is kept of a chat, in one transaction."""
        with self._database.session() as session:
            for whose in (*_groups(session, chat), chat):
                for table in reversed(tables()):
                    self._erase.get(table.name, _delete(table))(session, whose)

    def purge(self, kept_for: timedelta, sooner: Mapping[str, timedelta] | None = None) -> int:
        """Erase what is older than `kept_for`, in some tables `sooner`; return how many rows went."""
        limits = {table.name: self._clock() - (sooner or {}).get(table.name, kept_for) for table in tables()}
        return sum(self._purge(table, limits[table.name]) for table in tables())

    def _purge(self, table: Table, before: datetime) -> int:
        key, gone = next(iter(table.primary_key)), 0
        old = select(key).where(table.c[AGED_BY[table.name]] < before).limit(BATCH)
        while True:
            with self._database.session() as session:
                keys = list(session.execute(old).scalars())
                for other, column in belonging(table):
                    session.execute(delete(other).where(other.c[column].in_(keys)))
                session.execute(delete(table).where(key.in_(keys)))
            gone += len(keys)
            if len(keys) < BATCH:
                return gone


def _rows(session: Session, chat: str) -> Iterator[tuple[str, Iterator[dict[str, Any]]]]:
    for table in tables():
        yield table.name, _plain(session, select(table).where(table.c.chat == chat))
        for other, column in belonging(table):
            yield other.name, _plain(session, select(other).where(other.c[column].in_(_ids(table, chat))))


def _plain(session: Session, query) -> Iterator[dict[str, Any]]:
    for row in session.execute(query).mappings():
        yield {name: _value(name, value) for name, value in row.items() if value not in (None, "")}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    return json.loads(value) if name in ("memory", "reply") else value


def _ids(table: Table, chat: str):
    return select(next(iter(table.primary_key))).where(table.c.chat == chat)


def _delete(table: Table) -> Erase:
    def erase(session: Session, chat: str) -> None:
        for other, column in belonging(table):
            session.execute(delete(other).where(other.c[column].in_(_ids(table, chat))))
        session.execute(delete(table).where(table.c.chat == chat))

    return erase


def _groups(session: Session, chat: str) -> Sequence[str]:
    """Return the names under which the agents' group is told of the chat's conversations."""
    return [f"group:{number}" for number in session.execute(select(HandoverRow.id).where(HandoverRow.chat == chat)).scalars()]
