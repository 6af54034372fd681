"""The record of trainings: one at a time, alive as long as its heartbeat, with its progress and its end."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from store.base import utc_now
from store.database import Database
from teaching.comparison import Comparison
from teaching.tables import TrainingRow

RUNNING, DONE, FAILED = "running", "done", "failed"

SILENT = timedelta(seconds=60)
"""After this time without a heartbeat a training is given up: its process died, or its machine is gone."""

LOG_LINES, LOG_CHARACTERS = 40, 8_000
"""How much of the log of a failed training is kept."""

STEPS = ("waiting", "training", "understanding", "beside_live", "keeping", "ended")


class TrainingRefused(Exception):
    """A training cannot be begun; `name` says why: running, nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Stopped(Exception):
    """The training is not running any more: somebody stopped it, or it was given up as silent."""


@dataclass(frozen=True)
class Training:
    """One training as it is now."""

    id: int
    author: str
    state: str
    step: str
    percent: int
    begun_at: datetime
    ended_at: datetime | None
    base: str
    examples: int
    comparison: Comparison | None
    log: str
    size: int
    digest: str


class Trainings:
    """The trainings of a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock

    def begin(self, author: str, base: str, examples: int) -> int:
        """Begin a training and return its number. Raises `TrainingRefused`: nothing to learn, or another one is running."""
        if not examples:
            raise TrainingRefused("nothing")
        self.give_up_silent()
        now = self._clock()
        row = TrainingRow(author=author, state=RUNNING, step="waiting", percent=0, begun_at=now, heartbeat_at=now, base=base,
                          examples=examples, comparison="", log="", size=0, digest="")
        try:
            with self._database.session() as session:
                session.add(row)
        except IntegrityError:
            raise TrainingRefused("running") from None
        return row.id

    def give_up_silent(self) -> None:
        """End a running training whose process has not been heard of."""
        self._end(TrainingRow.heartbeat_at < self._clock() - SILENT, state=FAILED, log="no heartbeat: the process has died")

    def report(self, training: int, step: str, percent: int) -> None:
        """Tell how far a training is, and that it is alive. Raises `Stopped` when it is not running any more."""
        with self._database.session() as session:
            done = session.execute(update(TrainingRow).where(TrainingRow.id == training, TrainingRow.state == RUNNING).values(
                step=step, percent=max(0, min(percent, 100)), heartbeat_at=self._clock()))
        if not done.rowcount:
            raise Stopped

    def finish(self, training: int, comparison: Comparison, size: int, digest: str) -> None:
        """End a training well. Raises `Stopped`."""
        if not self._end(TrainingRow.id == training, state=DONE, percent=100, comparison=comparison.as_json(),
                         size=size, digest=digest):
            raise Stopped

    def fail(self, training: int, log: str) -> bool:
        """End a training that is running, with the last lines of its log; return whether it was."""
        return self._end(TrainingRow.id == training, state=FAILED, log=last_lines(log))

    def get(self, training: int) -> Training | None:
        with self._database.session() as session:
            row = session.get(TrainingRow, training)
            return _training(row) if row else None

    def running(self) -> Training | None:
        self.give_up_silent()
        with self._database.session() as session:
            row = session.execute(select(TrainingRow).where(TrainingRow.state == RUNNING)).scalar()
            return _training(row) if row else None

    def newest(self, count: int = 20) -> list[Training]:
        with self._database.session() as session:
            rows = session.execute(select(TrainingRow).order_by(TrainingRow.id.desc()).limit(count)).scalars()
            return [_training(row) for row in rows]

    def _end(self, which: Any, **values: Any) -> bool:
        with self._database.session() as session:
            return bool(session.execute(update(TrainingRow).where(which, TrainingRow.state == RUNNING).values(
                step="ended", ended_at=self._clock(), **values)).rowcount)


def last_lines(log: str) -> str:
    """Return the end of a log as a person reads it: of a line that was written over, what remained."""
    lines = [line.rsplit("\r", 1)[-1].rstrip() for line in log.replace("\x00", "").replace("\r\n", "\n").split("\n")]
    return "\n".join([line for line in lines if line][-LOG_LINES:])[-LOG_CHARACTERS:]


def _training(row: TrainingRow) -> Training:
    return Training(row.id, row.author, row.state, row.step, row.percent, row.begun_at, row.ended_at, row.base, row.examples,
                    Comparison.from_json(row.comparison) if row.comparison else None, row.log, row.size, row.digest)
