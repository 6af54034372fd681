"""Who follows which dossier, and what they are to hear: each change once and in order, and reminders before a day."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Callable, Iterator, Sequence

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql import Select

from dossiers.provider import Dossier, Past, dossier, history
from dossiers.statuses import statuses
from dossiers.tables import ChangeRow, DossierRow, FollowRow
from store.base import VIETNAM, utc_now
from store.database import Database
from store.workdays import add_workdays

MOST_FOLLOWED = 20
"""Dossiers a chat may follow: more than a family has, too few to watch the office with."""

BATCH = 500
"""Follows that are looked at in one transaction."""

QUIET_FROM, QUIET_UNTIL = time(21), time(7)
"""Vietnam's time between which nobody is woken."""

REMIND_DUE, REMIND_SUPPLEMENT = 1, 2
"""How many working days before a day the follower is reminded."""


class TooManyFollows(Exception):
    """The chat follows as many dossiers as it may."""


@dataclass(frozen=True)
class Followed:
    """A dossier a chat follows; `dossier` is None while nothing is known of it."""

    number: str
    dossier: Dossier | None


@dataclass(frozen=True)
class Notice:
    """What one follower is to hear: `kind` is news, due or supplement; `key` names it, so that it is said once."""

    key: str
    chat: str
    language: str
    kind: str
    dossier: Dossier
    day: date | None = None


Tell = Callable[[Session, Sequence[Notice]], None]
"""Puts notices into the outbox, in the transaction that records that they were put there."""


class Follows:
    """The follows in a database."""

    def __init__(self, database: Database, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def add(self, chat: str, number: str, language: str) -> None:
        """Follow a dossier from its present state on. Raises `TooManyFollows`."""
        with self._database.session() as session:
            if _find(session, chat, number):
                return
            if session.execute(select(func.count()).where(FollowRow.chat == chat)).scalar_one() >= MOST_FOLLOWED:
                raise TooManyFollows
            row = session.get(DossierRow, number)
            session.add(FollowRow(chat=chat, number=number, language=language, told=row.version if row else 0, since=self._now()))

    def end(self, chat: str, number: str) -> bool:
        """Follow a dossier no longer; return whether it was followed."""
        with self._database.session() as session:
            return session.execute(delete(FollowRow).where(FollowRow.chat == chat, FollowRow.number == number)).rowcount > 0

    def end_all(self, chat: str) -> None:
        """Follow nothing any more, such as for a chat that blocked the bot."""
        with self._database.session() as session:
            session.execute(delete(FollowRow).where(FollowRow.chat == chat))

    def has(self, chat: str, number: str) -> bool:
        """Tell whether a chat follows a dossier."""
        with self._database.session() as session:
            return _find(session, chat, number) is not None

    def of(self, chat: str) -> list[Followed]:
        """Return what a chat follows, in the order it began to."""
        with self._database.session() as session:
            rows = session.execute(select(FollowRow.number, DossierRow).outerjoin(
                DossierRow, DossierRow.number == FollowRow.number).where(FollowRow.chat == chat).order_by(FollowRow.id)).all()
            return [Followed(number, dossier(row, history(session, number)) if row else None) for number, row in rows]

    def numbers(self) -> list[str]:
        """Return every dossier that somebody follows."""
        with self._database.session() as session:
            return list(session.execute(select(FollowRow.number).distinct().order_by(FollowRow.number)).scalars())

    def scan(self, tell: Tell) -> int:
        """Tell every follower of what is new since they were told last; return how many notices that were.

        A notice and the record that it was told are one transaction, and its key is the same however often it is made.
        """
        return self._each_batch(_news_after, lambda session, rows: _tell_news(session, tell, rows))

    def remind(self, tell: Tell) -> int:
        """Remind followers of days that are near, each day once; return how many reminders that were."""
        today = (self._now() + VIETNAM).date()
        return self._each_batch(lambda after: _near_after(after, today), lambda session, rows: _remind(session, tell, rows, today))

    def _each_batch(self, select_after: Callable[[int], Select], work: Callable[[Session, Sequence[Any]], int]) -> int:
        """Work on the follows a selection finds, a batch in a transaction; return the sum of what the work returns."""
        done, after = 0, 0
        while True:
            with self._database.session() as session:
                rows = session.execute(select_after(after)).all()
                if not rows:
                    return done
                done += work(session, rows)
            after = rows[-1][0].id


def not_before(now: datetime) -> datetime:
    """Return the first moment from `now` on (both UTC) at which a citizen may be written to without being asked."""
    here = now + VIETNAM
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return now
    day = here.date() + timedelta(1) if here.time() >= QUIET_FROM else here.date()
    return datetime.combine(day, QUIET_UNTIL) - VIETNAM


def _find(session: Session, chat: str, number: str) -> FollowRow | None:
    return session.execute(select(FollowRow).where(FollowRow.chat == chat, FollowRow.number == number)).scalar()


def _tell_news(session: Session, tell: Tell, rows: Sequence[Any]) -> int:
    past = _changes(session, [row.number for _, row in rows])
    notices = [Notice(f"dossier:{follow.id}:{state.version}", follow.chat, follow.language, "news", state)
               for follow, row in rows for state in _states(row, past.get(row.number, ()), follow.told)]
    tell(session, notices)
    for follow, row in rows:
        follow.told = row.version
    return len(notices)


def _remind(session: Session, tell: Tell, rows: Sequence[Any], today: date) -> int:
    past, notices = _changes(session, [row.number for _, row in rows]), []
    for follow, row in rows:
        found = dossier(row, [_past(change) for change in past.get(row.number, ())])
        for kind, day in _near(found, today):
            mark = f"{kind}:{day}"
            if mark not in follow.reminded.split():
                notices.append(Notice(f"dossier:{follow.id}:{mark}", follow.chat, follow.language, kind, found, day))
                follow.reminded = " ".join([*follow.reminded.split(), mark][-2:])
    tell(session, notices)
    return len(notices)


def _changes(session: Session, numbers: Sequence[str]) -> dict[str, list[ChangeRow]]:
    """Return the earlier states of dossiers by number, the oldest first."""
    query = select(ChangeRow).where(ChangeRow.number.in_(numbers)).order_by(ChangeRow.number, ChangeRow.version)
    return {number: list(rows) for number, rows in groupby(session.execute(query).scalars(), lambda row: row.number)}


def _past(change: ChangeRow) -> Past:
    return Past(statuses()[change.status], change.changed_at + VIETNAM, change.office)


def _news_after(follow: int) -> Select:
    """Select the next follows whose dossier has a state they were not told of."""
    return select(FollowRow, DossierRow).join(DossierRow, DossierRow.number == FollowRow.number).where(
        FollowRow.id > follow, DossierRow.version > FollowRow.told).order_by(FollowRow.id).limit(BATCH)


def _near_after(follow: int, today: date) -> Select:
    """Select the next follows whose dossier has a day that is near."""
    due = and_(DossierRow.due_on.between(today, add_workdays(today, REMIND_DUE)), DossierRow.status.in_(_counted()))
    supplement = and_(DossierRow.supplement_by.between(today, add_workdays(today, REMIND_SUPPLEMENT)),
                      DossierRow.status == _supplement())
    return select(FollowRow, DossierRow).join(DossierRow, DossierRow.number == FollowRow.number).where(
        FollowRow.id > follow, or_(due, supplement)).order_by(FollowRow.id).limit(BATCH)


def _near(found: Dossier, today: date) -> Iterator[tuple[str, date]]:
    if found.status.code in _counted() and found.due_on and today <= found.due_on <= add_workdays(today, REMIND_DUE):
        yield "due", found.due_on
    if found.status.code == _supplement() and found.supplement_by and (
            today <= found.supplement_by <= add_workdays(today, REMIND_SUPPLEMENT)):
        yield "supplement", found.supplement_by


def _states(row: DossierRow, past: Sequence[ChangeRow], told: int) -> Iterator[Dossier]:
    """Yield the states of a dossier after the version told last, each as it was seen then."""
    before = [_past(change) for change in past]
    for place, change in enumerate(past):
        if change.version > told:
            yield replace(dossier(row), status=statuses()[change.status], office=change.office, due_on=change.due_on,
                          note=change.note, changed_at=change.changed_at + VIETNAM, supplement_by=change.supplement_by,
                          history=tuple(before[:place]), version=change.version)
    yield dossier(row, before)


def _counted() -> Sequence[int]:
    """Return the statuses in which the appointed day is counted."""
    return [code for code, status in statuses().items() if status.open and status.held != "paused"]


def _supplement() -> int:
    return next(code for code, status in statuses().items() if status.id == "supplement")
