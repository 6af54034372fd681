"""What citizens asked in a period and how it ended, counted in the database. Nothing personal is in it."""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Mapping, Sequence

from sqlalchemy import and_, distinct, func, or_, select
from sqlalchemy.orm import Session

from conversations.tables import Turn
from store.base import VIETNAM
from store.database import Database

ENDINGS = ("answered", "clarified", "fallback", "handed_over", "talk")
"""How a message can end: an answer, a question back, none of the services, a person, or small talk and lists."""

ANSWERED_TALK = frozenset({"topic_answered"})
"""Outcomes that answer a question though they are about no service."""

SEVERAL = 2
"""How many different people must have said a message before a report shows it: what one alone said may be about them."""

TOP = 20


@dataclass(frozen=True)
class Report:
    """The figures of a period. Counts are by name, the most frequent first; `days` are by ending."""

    since: date
    until: date
    services: Mapping[str, int]
    aspects: Mapping[str, int]
    languages: Mapping[str, int]
    channels: Mapping[str, int]
    endings: Mapping[str, int]
    days: Mapping[date, Mapping[str, int]]
    lookups: Mapping[str, int]
    helped: int
    not_helped: int
    unanswered: Sequence[tuple[str, int]]

    @property
    def messages(self) -> int:
        return sum(self.endings.values())

    @property
    def questions(self) -> int:
        """Messages that asked something: all but small talk."""
        return self.messages - self.endings["talk"]

    @property
    def rated(self) -> int:
        return self.helped + self.not_helped


class Reports:
    """The reports of a database. `kinds` are the outcomes there are, each with its kind."""

    def __init__(self, database: Database, kinds: Mapping[str, str]) -> None:
        self._database = database
        self._kinds = kinds

    def over(self, since: date, until: date) -> Report:
        """Return the report of a period, both days included."""
        within = and_(Turn.at >= _begins(since), Turn.at < _begins(until + timedelta(days=1)))
        with self._database.session() as session:
            counted = _counted(session, within)
            days = _days(session, within, self._day())
            unanswered = _unanswered(session, within)
        names = ("service", "aspect", "language", "channel", "ending", "lookup")
        totals: dict[str, Counter[str]] = {name: Counter() for name in names}
        helped: Counter[int] = Counter()
        for row in counted:
            self._add(totals, row)
            helped[row.rating or 0] += row.count
        return Report(
            since, until, *(_sorted(totals[name]) for name in ("service", "aspect", "language", "channel")),
            {name: totals["ending"][name] for name in ENDINGS}, self._by_day(days, since, until), _sorted(totals["lookup"]),
            helped[1], helped[-1], unanswered)

    def ending(self, outcomes: str) -> str:
        """Return how a message ended, from the outcomes of the replies to it."""
        names = outcomes.split()
        kinds = {self._kinds.get(name) for name in names}
        for kind, ending in (("handover", "handed_over"), ("clarify", "clarified"), ("fallback", "fallback")):
            if kind in kinds:
                return ending
        return "answered" if kinds & {"procedure", "status"} or ANSWERED_TALK & set(names) else "talk"

    def _add(self, totals: Mapping[str, Counter[str]], row: Any) -> None:
        ending = self.ending(row.outcomes)
        totals["ending"][ending] += row.count
        if ending == "talk":
            return
        for name, value in (("service", row.service), ("aspect", row.aspect), ("language", row.language), ("channel", row.channel)):
            if value:
                totals[name][value] += row.count
        for name in row.outcomes.split():
            if self._kinds.get(name) == "status":
                totals["lookup"][name] += row.count

    def _by_day(self, rows: Sequence[Any], since: date, until: date) -> dict[date, Counter[str]]:
        found: dict[date, Counter[str]] = {since + timedelta(days=number): Counter() for number in range((until - since).days + 1)}
        for row in rows:
            found[date.fromisoformat(row.day)][self.ending(row.outcomes)] += row.count
        return found

    def _day(self) -> Any:
        """Return the day in Vietnam of a turn, as a text, in the words of this database."""
        if self._database.engine.dialect.name == "sqlite":
            # Without its fraction: SQLite rounds the last millisecond of a day into the next one.
            return func.date(func.substr(Turn.at, 1, 19), f"{int(VIETNAM.total_seconds())} seconds")
        return func.to_char(Turn.at + VIETNAM, "YYYY-MM-DD")


def _counted(session: Session, within: Any) -> list[Any]:
    keys = (Turn.service, Turn.aspect, Turn.language, Turn.channel, Turn.outcomes, Turn.rating)
    return session.execute(select(*keys, func.count().label("count")).where(within).group_by(*keys)).all()


def _days(session: Session, within: Any, day: Any) -> list[Any]:
    shown = select(day.label("day"), Turn.outcomes.label("outcomes")).where(within).subquery()
    keys = (shown.c.day, shown.c.outcomes)
    return session.execute(select(*keys, func.count().label("count")).group_by(*keys)).all()


def _unanswered(session: Session, within: Any) -> list[tuple[str, int]]:
    said, count = func.lower(Turn.said), func.count()
    badly = or_(Turn.decision.in_(("fallback", "clarify")), and_(Turn.rating == -1, Turn.decision != ""))
    query = (select(said, count).where(within, badly).group_by(said).having(func.count(distinct(Turn.chat)) >= SEVERAL)
             .order_by(count.desc(), said).limit(TOP))
    return [(text, number) for text, number in session.execute(query).all()]


def _sorted(counted: Counter[str]) -> dict[str, int]:
    return dict(sorted(counted.items(), key=lambda one: (-one[1], one[0])))


def _begins(day: date) -> datetime:
    """Return when a day begins in Vietnam, in UTC."""
    return datetime.combine(day, datetime.min.time()) - VIETNAM
