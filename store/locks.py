"""Locks by name that hold in every process over one PostgreSQL."""
from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import AsyncIterator

from sqlalchemy import text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database, open_engine

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Locks a process holds or waits for at the same time, each on a connection of its own."""

PATIENCE = "30s"
"""How long a lock is waited for; longer than any message takes."""

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


class Locks:
    """Locks over a database. On SQLite, which serves one process, there is nothing to do.

    A lock is PostgreSQL's own (advisory, of a transaction): the server gives it to one session at a time, in the order
    in which they asked, and takes it back when the session ends, however it ends.
    """

    def __init__(self, database: Database) -> None:
        shared = database.url.get_backend_name() == "postgresql"
        self._engine = open_engine(database.url, future=True, pool_size=AT_ONCE, max_overflow=0) if shared else None
        # Threads of their own: those who wait must never hold up the work of whoever has the lock.
        self._waiting = ThreadPoolExecutor(AT_ONCE, "lock") if shared else None

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """Wait until no other process has the lock. Raises SQLAlchemyError when it cannot be had."""
        if self._engine is None:
            yield
            return
        connection = await asyncio.get_running_loop().run_in_executor(self._waiting, self._take, name)
        try:
            yield
        finally:
            await asyncio.to_thread(_give_back, connection)

    def close(self) -> None:
        """Give up the connections."""
        if self._engine is not None:
            self._waiting.shutdown(wait=False)
            self._engine.dispose()

    def _take(self, name: str) -> Connection:
        connection = self._engine.connect()
        try:
            connection.execute(text(f"SET LOCAL lock_timeout = '{PATIENCE}'"))
            connection.execute(_LOCK, {"name": name})
        except BaseException:
            connection.close()
            raise
        return connection


def _give_back(connection: Connection) -> None:
    try:
        connection.close()
    except SQLAlchemyError as error:
        # The server ended the session, and with it the lock.
        log.warning("a lock was lost before its work ended: %s", type(error).__name__)
