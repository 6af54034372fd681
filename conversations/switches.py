"""Parts of the bot that staff can turn off at once, each with what the citizen reads meanwhile."""
from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from conversations.tables import SwitchedOffRow
from store.base import utc_now
from store.database import Database

NOTICES = "notices"
NAMES = ("answers", "lookups", NOTICES, "people")
"""What can be turned off: answers to what is typed, dossier look-ups, news of followed dossiers, the hand-over to a person."""

FRESH = 0.5
"""Seconds for which a process believes what it read last: a change is in every process within a second."""


@dataclass(frozen=True)
class Off:
    """A part that is off: what citizens read, by language, and who turned it off."""

    texts: Mapping[str, str]
    author: str


class Switches:
    """The switches of a database. `resume` has, by a part's name, what is done in the transaction that turns it on again."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.monotonic,
                 resume: Mapping[str, Callable[[Session], None]] | None = None) -> None:
        self._database = database
        self._clock = clock
        self._resume = resume or {}
        self._read_at = float("-inf")
        self._off: Mapping[str, Off] = {}

    def off(self, name: str) -> Mapping[str, str] | None:
        """Return what citizens read instead of this part, by language; None while it is on."""
        if self._clock() - self._read_at > FRESH:
            self._off, self._read_at = self.all_off(), self._clock()
        found = self._off.get(name)
        return found.texts if found else None

    def all_off(self) -> dict[str, Off]:
        """Return the parts that are off now."""
        with self._database.session() as session:
            return {row.name: Off(json.loads(row.texts), row.author) for row in session.execute(select(SwitchedOffRow)).scalars()}

    def turn_off(self, name: str, texts: Mapping[str, str], author: str) -> None:
        """Turn a part off, or change what is said while it is off."""
        with self._database.session() as session:
            session.merge(SwitchedOffRow(name=name, texts=json.dumps(dict(texts)), author=author, at=utc_now()))

    def turn_on(self, name: str) -> bool:
        """Turn a part on again; return False when it was on."""
        with self._database.session() as session:
            row = session.get(SwitchedOffRow, name)
            if row:
                self._resume.get(name, lambda session: None)(session)
                session.delete(row)
            return row is not None
