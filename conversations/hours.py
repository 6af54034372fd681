"""When people of the staff answer: a table of hours, Vietnam's public holidays, and days closed by an administrator."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Callable, Mapping, Sequence

import yaml
from sqlalchemy import select

from conversations.tables import ClosedDayRow
from store.base import VIETNAM, utc_now
from store.database import Database
from store.workdays import public_holidays

FILE = Path(__file__).parent / "hours.yml"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

AHEAD = 60
"""Days looked at for the next opening: longer than any holiday."""

Span = tuple[time, time]
Week = Mapping[str, Sequence[Span]]


class WrongHours(ValueError):
    """The table of hours cannot be read; the message says where."""


@dataclass(frozen=True)
class ClosedDay:
    """A day on which nobody answers, and why; `holiday` is one by law, which nobody can take away here."""

    day: date
    name: str
    holiday: bool = False


def read(file: Path = FILE) -> Week:
    """Return the spans of each day of the week. Raises `WrongHours`."""
    given = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    if not isinstance(given, dict) or not set(given) <= set(DAYS):
        raise WrongHours(f"{file.name}: a line for each day, named {', '.join(DAYS)}")
    return {day: [_span(file, day, text) for text in given.get(day, ())] for day in DAYS}


def _span(file: Path, day: str, text: object) -> Span:
    found = re.fullmatch(r"(\d\d:\d\d)-(\d\d:\d\d)", str(text))
    try:
        begin, end = (time.fromisoformat(part) for part in found.groups())
    except (ValueError, AttributeError):
        raise WrongHours(f"{file.name}: {day}: {text!r} is not a span like \"07:30-11:30\"") from None
    if begin >= end:
        raise WrongHours(f"{file.name}: {day}: {text!r} ends before it begins")
    return begin, end


class Hours:
    """The hours, with the closed days of a database. Times given and returned are UTC, as in the tables."""

    def __init__(self, database: Database, week: Week | None = None, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self.week = week or read()
        self._clock = clock

    def open(self) -> bool:
        """Tell whether people answer now."""
        now = self._clock() + VIETNAM
        return not self._closed(now.date()) and any(begin <= now.time() < end for begin, end in self._spans(now.date()))

    def next_open(self) -> datetime | None:
        """Return when people answer again, now if they do; None when the table has no open hour for weeks."""
        now = self._clock() + VIETNAM
        for day in (now.date() + timedelta(shift) for shift in range(AHEAD)):
            for begin, end in () if self._closed(day) else self._spans(day):
                if datetime.combine(day, end) > now:
                    return max(datetime.combine(day, begin), now) - VIETNAM
        return None

    def closed_days(self, language: str = "vi") -> list[ClosedDay]:
        """Return the days from today to the end of next year on which nobody answers though the table says so."""
        today = (self._clock() + VIETNAM).date()
        names = public_holidays(language)
        last = date(today.year + 1, 12, 31)
        found = {day: ClosedDay(day, names[day], True) for shift in range((last - today).days + 1)
                 if (day := today + timedelta(shift)) in names}
        for row in self._added(today):
            found.setdefault(row.day, ClosedDay(row.day, row.name))
        return sorted(found.values(), key=lambda one: one.day)

    def close(self, day: date, name: str, author: str) -> bool:
        """Close a day; return False when it was closed already."""
        with self._database.session() as session:
            if session.get(ClosedDayRow, day):
                return False
            session.add(ClosedDayRow(day=day, name=name, author=author))
            return True

    def reopen(self, day: date) -> bool:
        """Take back a closed day; return False when it was none."""
        with self._database.session() as session:
            row = session.get(ClosedDayRow, day)
            if row:
                session.delete(row)
            return row is not None

    def _closed(self, day: date) -> bool:
        if day in public_holidays():
            return True
        with self._database.session() as session:
            return session.get(ClosedDayRow, day) is not None

    def _spans(self, day: date) -> Sequence[Span]:
        return self.week[DAYS[day.weekday()]]

    def _added(self, since: date) -> list[ClosedDayRow]:
        with self._database.session() as session:
            return list(session.execute(select(ClosedDayRow).where(ClosedDayRow.day >= since)).scalars())
