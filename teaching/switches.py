"""Which model is live: a person's decision, kept with its reason; going back is another one."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from store.database import Database
from teaching.comparison import Comparison
from teaching.tables import SwitchRow, TrainingRow
from teaching.trainings import DONE


class SwitchRefused(Exception):
    """A model cannot be made live; `name` says why: reason, unfinished, gone, outdated, floors, live, nothing_before."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Live:
    """The model that was made live last: its training (None: the model of the files) and the files that was made from.

    `version` grows with every switch; it is 0 when there was none.
    """

    version: int
    training: int | None
    base: str


NEVER = Live(0, None, "")


@dataclass(frozen=True)
class Switch:
    """One decision: which model was made live, by whom, when and why."""

    version: int
    training: int | None
    author: str
    reason: str
    at: datetime


class Switches:
    """The decisions of a database. `fingerprint` names the files of this installation."""

    def __init__(self, database: Database, fingerprint: str) -> None:
        self._database = database
        self._fingerprint = fingerprint

    def last(self) -> Live:
        """Return what was decided last, whether or not it fits this installation."""
        query = select(SwitchRow.id, SwitchRow.training, TrainingRow.base).outerjoin(
            TrainingRow, TrainingRow.id == SwitchRow.training).order_by(SwitchRow.id.desc()).limit(1)
        with self._database.session() as session:
            row = session.execute(query).first()
        return Live(row[0], row[1], row[2] or "") if row else NEVER

    def training(self) -> int | None:
        """Return whose model this installation answers with, None for that of its files.

        A model made from other files than ours, those before an update of the software or after it, is not used.
        """
        last = self.last()
        return last.training if last.base == self._fingerprint else None

    def outdated(self) -> bool:
        """Tell whether a taught model is set aside because the software was updated since."""
        last = self.last()
        return last.training is not None and last.base != self._fingerprint

    def history(self, count: int = 20) -> list[Switch]:
        with self._database.session() as session:
            rows = session.execute(select(SwitchRow).order_by(SwitchRow.id.desc()).limit(count)).scalars()
            return [Switch(row.id, row.training, row.author, row.reason, row.at) for row in rows]

    def promote(self, training: int, author: str, reason: str) -> int:
        """Make the model of a training live; return the version. Raises `SwitchRefused`."""
        if not reason.strip():
            raise SwitchRefused("reason")
        with self._database.session() as session:
            row = self._usable(session, training)
            if Comparison.from_json(row.comparison).below:
                raise SwitchRefused("floors")
            return _switch(session, training, author, reason)

    def before(self) -> int | None:
        """Return the training whose model was live before the present one, None for that of the files. Raises `SwitchRefused`."""
        with self._database.session() as session:
            return _before(session)

    def back(self, author: str, reason: str) -> int | None:
        """Make the model before the present one live again; return its training. Raises `SwitchRefused`."""
        with self._database.session() as session:
            training = _before(session)
            if training is not None:
                self._usable(session, training)
            _switch(session, training, author, reason)
            return training

    def _usable(self, session: Session, training: int) -> TrainingRow:
        row = session.get(TrainingRow, training)
        if row is None or row.state != DONE:
            raise SwitchRefused("unfinished")
        if not row.size:
            raise SwitchRefused("gone")
        if row.base != self._fingerprint:
            raise SwitchRefused("outdated")
        return row


def _switch(session: Session, training: int | None, author: str, reason: str) -> int:
    [*now] = session.execute(select(SwitchRow.training).order_by(SwitchRow.id.desc()).limit(1)).scalars()
    if (now or [None]) == [training]:
        raise SwitchRefused("live")
    row = SwitchRow(training=training, author=author, reason=reason.strip())
    session.add(row)
    session.flush()
    return row.id


def _before(session: Session) -> int | None:
    rows = list(session.execute(select(SwitchRow.training).order_by(SwitchRow.id.desc()).limit(2)).scalars())
    if not rows:
        raise SwitchRefused("nothing_before")
    return rows[1] if len(rows) > 1 else None
