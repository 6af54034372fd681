"""Writing thousands of rows at once, past the layers that cost more than the database itself.

SQLite takes tuples. PostgreSQL takes a COPY into a table of the transaction's own and one statement from there: fifteen
thousand rows a second more than statements with the values in them (docs/decisions/0011-dossiers.md).
"""
from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any, Mapping, Sequence

from sqlalchemy import Table
from sqlalchemy.orm import Session

MANY = 1_000

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": None})


def insert(session: Session, table: Table, rows: Sequence[Mapping[str, Any]], on_conflict: str) -> None:
    """Insert rows that each have every column; `on_conflict` is DO NOTHING, or DO UPDATE for the newer row to win."""
    names = [column.name for column in table.columns]
    keys = [column.name for column in table.primary_key.columns]
    fresh = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    conflict = f"ON CONFLICT ({', '.join(keys)}) {on_conflict}" + (f" SET {fresh}" if on_conflict == "DO UPDATE" else "")
    write = _copy if session.get_bind().dialect.name == "postgresql" else _tuples
    write(session, table.name, names, [[row[name] for name in names] for row in rows], conflict)


def _tuples(session: Session, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str) -> None:
    if len(rows) > MANY:
        # A large table does not fit into the two megabytes that a connection keeps of it; this is for the importer's own.
        session.connection().exec_driver_sql("PRAGMA cache_size = -65536")
    places = ", ".join("?" * len(names))
    order = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) {conflict}"
    session.connection().exec_driver_sql(order, [tuple([_SQLITE.get(type(value), _same)(value) for value in row]) for row in rows])


def _same(value: Any) -> Any:
    return value


_SQLITE = {datetime: lambda value: value.isoformat(" ", "microseconds"), date: date.isoformat}
"""Values in the form SQLAlchemy reads back."""


def _copy(session: Session, table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], conflict: str) -> None:
    columns = ", ".join(names)
    session.connection().exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_{table} (LIKE {table}) ON COMMIT DELETE ROWS")
    text = io.StringIO("".join(["\t".join(map(_for_copy, row)) + "\n" for row in rows]))
    cursor = session.connection().connection.cursor()
    cursor.copy_expert(f"COPY incoming_{table} ({columns}) FROM STDIN", text)
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM incoming_{table} {conflict}")
    cursor.execute(f"TRUNCATE incoming_{table}")


def _for_copy(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    return str(value)
