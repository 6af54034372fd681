"""Reading and writing thousands of rows at once, past the layers that cost more than the database itself.

Values are converted a column at a time. SQLite takes tuples; PostgreSQL takes a COPY into a table of the transaction's own
and one statement from there, which is faster than statements with the values in them (docs/decisions/0011-dossiers.md).
"""
from __future__ import annotations

import io
import json
from datetime import date, datetime
from typing import Any, Callable, Iterable, Mapping, Sequence

from sqlalchemy import ARRAY, Column, String, Table, any_, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

MANY = 1_000

COPIED = 1 << 18
"""Bytes of a COPY that are handed over at a time."""

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def among(session: Session, column: Column, values: Sequence[str]) -> ColumnElement:
    """Return the condition that a text column has one of many values; they travel as one parameter."""
    if _postgresql(session):
        return column == any_(literal(list(values), ARRAY(String)))
    return column.in_(select(func.json_each(json.dumps(values)).table_valued("value").c.value))


def insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], on_conflict: str) -> None:
    """Insert rows that each have every column; `on_conflict` is DO NOTHING, or DO UPDATE for the newer row to win."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    fresh = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    conflict = f"ON CONFLICT ({', '.join(keys)}) {on_conflict}" + (f" SET {fresh}" if on_conflict == "DO UPDATE" else "")
    write = _copy if _postgresql(session) else _tuples
    write(session, table.name, names, [[row[name] for row in rows] for name in names], conflict)


def _postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def _tuples(session: Session, table: str, names: Sequence[str], columns: Sequence[Sequence[Any]], conflict: str) -> None:
    if len(columns[0]) > MANY:
        # A large table does not fit into the two megabytes that a connection keeps of it; and pages of an index that every
        # batch touches should be copied from the log into the file less often. This is for the importer's own connection.
        for pragma in ("cache_size = -65536", "wal_autocheckpoint = 10000"):
            session.connection().exec_driver_sql(f"PRAGMA {pragma}")
    places = ", ".join("?" * len(names))
    order = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) {conflict}"
    session.connection().exec_driver_sql(order, list(zip(*map(_for_sqlite, columns))))


def _for_sqlite(values: Sequence[Any]) -> Iterable[Any]:
    """Return the values of a column in the form SQLAlchemy reads back."""
    convert = _SQLITE.get(type(next((value for value in values if value is not None), None)))
    return _each(values, lambda value: None if value is None else convert(value)) if convert else values


_SQLITE = {datetime: lambda value: value.isoformat(" ", "microseconds"), date: date.isoformat}


def _each(values: Sequence[Any], convert: Callable[[Any], Any]) -> Iterable[Any]:
    """Convert values of one kind, those that are alike once: days and offices come up again and again."""
    converted = {value: convert(value) for value in set(values)}
    return map(converted.__getitem__, values)


def _copy(session: Session, table: str, names: Sequence[str], columns: Sequence[Sequence[Any]], conflict: str) -> None:
    listed = ", ".join(names)
    session.connection().exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
    lines = map("\t".join, zip(*(_each(values, _for_copy) for values in columns)))
    cursor = session.connection().connection.cursor()
    cursor.copy_expert(f"COPY incoming_{table} ({listed}) FROM STDIN", io.StringIO("\n".join(lines) + "\n"), COPIED)
    cursor.execute(f"INSERT INTO {table} ({listed}) SELECT {listed} FROM incoming_{table} {conflict}")
    cursor.execute(f"TRUNCATE incoming_{table}")


def _for_copy(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value if value.isprintable() and "\\" not in value else value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value)
