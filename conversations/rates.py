"""How many messages of a chat or an address came lately, counted for all processes over one database.

A count is a leaky bucket: each message fills it by one, and a minute drains a minute's worth. Whoever makes it overflow is
told so, by exactly one of the processes, and is silent to all until it has drained by half. `conversations.rates_valkey` counts the
same in a Redis or Valkey.
"""
from __future__ import annotations

import time
from typing import Callable

from sqlalchemy import delete, text

from conversations.tables import RateRow
from store.database import Database

FINE, TOLD, OVER = "fine", "told", "over"

KEPT = 600.0
"""Seconds after which a count that nobody added to has long drained."""

_DRAINED = "(message_rates.level - (:now - message_rates.at) * :most / 60.0)"
_LEFT = f"(CASE WHEN {_DRAINED} > 0 THEN {_DRAINED} ELSE 0 END)"
# One statement, which both databases take: of messages that come at once, exactly one is the first beyond the limit.
_COUNT = text(f"""
    INSERT INTO message_rates (key, level, at, over) VALUES (:key, 1, :now, 0)
    ON CONFLICT (key) DO UPDATE SET
        level = CASE WHEN {_LEFT} + 1 < :full THEN {_LEFT} + 1 ELSE :full END,
        over = CASE WHEN message_rates.over > 0 AND {_LEFT} > :calm THEN 2 WHEN {_LEFT} + 1 > :most THEN 1 ELSE 0 END,
        at = :now
    RETURNING over""")


class Rates:
    """The counts of a database. `hashed` makes of a name what is kept instead of it."""

    def __init__(self, database: Database, hashed: Callable[[str], str], clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._hashed = hashed
        self._clock = clock

    def count(self, name: str, most: int) -> str:
        """Count one more message of a name that may send `most` a minute: fine, told (the first beyond it) or over."""
        given = {"key": self._hashed(name), "now": self._clock(), "most": float(most), "full": 1.5 * most, "calm": 0.5 * most}
        with self._database.session() as session:
            if session.get_bind().dialect.name == "postgresql":
                # A count may be lost with the server; nobody should wait for its disk.
                session.execute(text("SET LOCAL synchronous_commit TO OFF"))
            return (FINE, TOLD, OVER)[session.execute(_COUNT, given).scalar_one()]

    def purge(self) -> None:
        """Forget counts that have drained."""
        with self._database.session() as session:
            session.execute(delete(RateRow).where(RateRow.at < self._clock() - KEPT))

    def ready(self) -> bool:
        """Tell whether messages can be counted."""
        return self._database.ready()

    def close(self) -> None:
        """Do nothing: the database is not this one's to close."""
