"""One database: where it is, an engine set up for it, sessions, and its tables brought up to date."""
from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Table, bindparam, create_engine, event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool
from sqlalchemy.sql.elements import TextClause

MIGRATIONS = Path(__file__).parent / "migrations"
DEFAULT_URL = "sqlite:///var/bot.db"

PATIENT = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
"""How long PostgreSQL's client believes in a server that is silent: without these, for minutes, and the process with it."""


class DatabaseUnusable(Exception):
    """The database cannot be opened or written; the message says which and what to do."""


def url_from(environment: Mapping[str, str]) -> str:
    """Return DATABASE_URL, or the embedded default below the working directory."""
    return environment.get("DATABASE_URL") or DEFAULT_URL


class Database:
    """An open database whose tables are current. Raises `DatabaseUnusable`."""

    def __init__(self, url: str) -> None:
        try:
            self.url = make_url(url)
            self.engine = open_engine(url, future=True)
            self._upgrade()
        except (ArgumentError, SQLAlchemyError, OSError, ImportError, CommandError) as error:
            raise DatabaseUnusable(
                f"DATABASE_URL: cannot use {_without_password(url)}: {_reason(error)}. Check the path or address and its rights."
            ) from error
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session whose work is committed at the end of the block, or undone if the block fails."""
        with self._sessions.begin() as session:
            yield session

    def ready(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(text("SELECT 1"))
            return True
        except SQLAlchemyError:
            return False

    def close(self) -> None:
        self.engine.dispose()

    def _upgrade(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def open_engine(url: str | URL, **options: Any) -> Engine:
    """Return an engine for the database at `url`, with connections that are kept open and set up for it."""
    # An error of the database is logged; what a citizen wrote must not be in it.
    options = {"hide_parameters": True, **options}
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True, connect_args=PATIENT, **options)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, poolclass=QueuePool, connect_args={"timeout": 30, "check_same_thread": False}, **options)
    event.listen(engine, "connect", _set_up_sqlite)
    return engine


def upsert(database: Database, table: Table) -> TextClause:
    """Return a statement that puts a row into a table, or brings the row with its primary key up to date."""
    kind = {"postgresql": postgresql, "sqlite": sqlite}[database.url.get_backend_name()]
    made = kind.insert(table)
    keys = [column.name for column in table.primary_key]
    made = made.on_conflict_do_update(index_elements=keys, set_={
        column.name: made.excluded[column.name] for column in table.columns if column.name not in keys})
    # As text, made once: SQLAlchemy 1.4 would put this kind of statement together anew at every call.
    return text(str(made.compile(dialect=kind.dialect(paramstyle="named")))).bindparams(
        *(bindparam(column.name, type_=column.type) for column in table.columns))


def _set_up_sqlite(connection, _) -> None:
    # WAL lets readers and one writer work side by side; NORMAL is safe with it and spares an fsync a message.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")


def _reason(error: Exception) -> str:
    # The parser repeats the whole address, password included.
    if type(error) is ArgumentError:
        return "it is not the address of a database"
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _without_password(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "that address"
