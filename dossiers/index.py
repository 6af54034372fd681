"""The service index: how dossiers fare, by office, level, service or month. What is counted stands in `index.yml`."""
from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Sequence

import yaml
from sqlalchemy import Boolean, Integer, String, and_, case, cast, func, or_, select

from dossiers.statuses import statuses
from dossiers.tables import DossierRow
from store.database import Database

DEFINITIONS = Path(__file__).parent / "index.yml"

SMALLEST = 10
"""Groups with fewer dossiers show no figures: a neighbour could tell whose they are."""

ONLINE = 2
GROUPS = ("level", "office", "service", "month")


@dataclass(frozen=True)
class Figures:
    """The counts of a group of dossiers. `known_channel`, `timed` and `to_pay` are what shares are of."""

    received: int = 0
    online: int = 0
    known_channel: int = 0
    on_time: int = 0
    overdue: int = 0
    supplemented: int = 0
    paid_online: int = 0
    to_pay: int = 0

    @property
    def timed(self) -> int:
        return self.on_time + self.overdue

    def share(self, name: str) -> float | None:
        """Return a figure in percent of what it is a share of; None for a count, or of nothing."""
        of = definitions()[name].get("of")
        whole = getattr(self, of) if of else 0
        return round(100 * getattr(self, name) / whole, 2) if whole else None


@dataclass(frozen=True)
class Line:
    """A group and its figures, None where the group is too small to be shown; `name` is None where the group is not known."""

    name: str | None
    figures: Figures | None


@lru_cache(maxsize=1)
def definitions() -> Mapping[str, Mapping[str, Any]]:
    """Return the figures that are shown, in order, each with its name, its meaning and what it is a share of."""
    return yaml.safe_load(DEFINITIONS.read_text(encoding="utf-8"))


class Index:
    """The index over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def total(self, start: date, end: date, today: date) -> Line:
        """Return the figures of all dossiers filed from `start` to `end`; `today` decides what is overdue."""
        with self._database.session() as session:
            row = session.execute(_counts(start, end, today)).one()
        return _hidden(Line("", _figures(row)))

    def table(self, by: str, start: date, end: date, today: date) -> list[Line]:
        """Return the figures by one of `GROUPS`, the largest first, months in order."""
        group = func.substr(cast(DossierRow.filed_on, String), 1, 7) if by == "month" else getattr(DossierRow, by)
        query = _counts(start, end, today).add_columns(group.label("name")).group_by(group)
        with self._database.session() as session:
            found = [Line(row.name, _figures(row)) for row in session.execute(query)]
        found.sort(key=(lambda line: line.name) if by == "month" else (lambda line: (-line.figures.received, line.name or "")))
        return _suppressed(found)


def _counts(start: date, end: date, today: date):
    row = DossierRow
    finished = func.coalesce(cast(row.finished_on, String), case(
        (row.status.in_(_finished()), func.substr(cast(row.changed_at, String), 1, 10))))
    due = cast(row.due_on, String)
    late = or_(finished > due, and_(finished.is_(None), row.due_on < today, row.status.in_(_counted())))
    asked = {
        "received": row.number.isnot(None), "online": row.channel == ONLINE, "known_channel": row.channel.isnot(None),
        "on_time": finished <= due, "overdue": late, "supplemented": cast(row.supplemented, Boolean).is_(True),
        "paid_online": row.paid_online.is_(True), "to_pay": row.paid_online.isnot(None)}
    sums = [cast(func.coalesce(func.sum(case((condition, 1), else_=0)), 0), Integer).label(name)
            for name, condition in asked.items()]
    return select(*sums).where(row.filed_on.between(start, end))


def _figures(row: Any) -> Figures:
    return Figures(**{field.name: getattr(row, field.name) for field in fields(Figures)})


def _hidden(line: Line) -> Line:
    return replace(line, figures=None) if line.figures.received < SMALLEST else line


def _suppressed(lines: Sequence[Line]) -> list[Line]:
    """Hide small groups; if that is one alone, the next smallest too, because the total would tell it."""
    small = [line for line in lines if line.figures.received < SMALLEST]
    if len(small) == 1 and len(lines) > 1:
        small.append(min((line for line in lines if line not in small), key=lambda line: line.figures.received))
    return [replace(line, figures=None) if line in small else line for line in lines]


def _finished() -> list[int]:
    return [code for code, status in statuses().items() if status.id in ("done", "handed_over")]


def _counted() -> list[int]:
    return [code for code, status in statuses().items() if status.open and status.held != "paused"]
