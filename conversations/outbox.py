"""Messages the bot sends by itself: kept until they are delivered, each once, those of a chat in their order.

A channel that can be called (Telegram) is fed by a worker, which claims a message before it sends it. A channel that has to
ask (web chat, REST) takes what is due for its chat. A process that dies after sending and before recording leaves a claim
that runs out, and the message is sent again: that window is one statement long (docs/decisions/0009-hand-over.md). Messages put
by `put_many`, the notices, are rather lost than sent twice: nobody knows whether such a message arrived, so it is given up. While
staff have turned notices off they are neither given out nor given up, and `resume` gives them another time.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Callable, Mapping, Sequence

from sqlalchemy import and_, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from conversations.switches import NOTICES
from conversations.tables import OutboxRow, SwitchedOffRow
from store import trace
from store.base import utc_now
from store.database import Database

WAITING, SENT, DROPPED = "waiting", "sent", "dropped"

CLAIM = timedelta(minutes=2)
"""For how long a claim holds: longer than a delivery takes, short enough for the messages of a process that died."""

KEPT = timedelta(days=3)
"""After this a message that could not be delivered is no longer of use."""

SWEEP = timedelta(seconds=30)
"""Between two looks for messages that nobody knows whether they arrived: looking costs more than a claim."""

MOST = 20
"""How many messages are claimed at once."""


@dataclass(frozen=True)
class Letter:
    """A message on its way: `reply` is a Reply as plain data; `tries` counts the attempts before this one.

    `once` means rather lost than said twice: its sending has to be announced by `begin`. `trace` is of what it came of.
    """

    id: int
    chat: str
    reply: Mapping[str, Any]
    tries: int
    once: bool = False
    trace: str | None = None


class Outbox:
    """The outbox of a database."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._clock = clock
        self._looked = datetime.min

    def put(self, chat: str, reply: Mapping[str, Any], key: str, not_before: datetime | None = None,
            session: Session | None = None) -> bool:
        """Have a reply sent to a chat; return False when a message of this key was put before, sent or not.

        With a `session`, the message is there exactly if that transaction's other work is.
        """
        if session is not None:
            return self._put(session, chat, reply, key, not_before)
        with self._database.session() as own:
            return self._put(own, chat, reply, key, not_before)

    def put_many(self, session: Session, letters: Sequence[tuple[str, Mapping[str, Any], str]], not_before: datetime) -> None:
        """Have many replies (chat, reply, key) sent at most once each, with other work; known keys are passed over."""
        self._drop_old(session)
        make = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[session.get_bind().dialect.name]
        rows = [{"key": key, "chat": chat, "reply": json.dumps(reply), "state": WAITING, "tries": 0, "created_at": self._clock(),
                 "not_before": not_before, "once": True, "trace": trace.current()} for chat, reply, key in letters]
        if rows:
            session.execute(make(OutboxRow.__table__).on_conflict_do_nothing(index_elements=["key"]), rows)

    def resume(self, session: Session, not_before: datetime) -> None:
        """Have the messages put by `put_many` that still wait sent no earlier than this, however long they waited."""
        waiting = update(OutboxRow).where(OutboxRow.state == WAITING, OutboxRow.once.is_(True), OutboxRow.not_before < not_before)
        session.execute(waiting.values(not_before=not_before).execution_options(synchronize_session=False))

    def begin(self, letters: Sequence[int]) -> None:
        """Record that messages are about to be sent; those of which nothing is heard any more are not sent again."""
        with self._database.session() as session:
            session.execute(_all_open(letters).values(begun_at=self._clock()))

    def sent_all(self, letters: Sequence[int]) -> None:
        """Record that messages were delivered, as `sent` does for one."""
        with self._database.session() as session:
            session.execute(_all_open(letters).values(state=SENT, sent_at=self._clock(), reply="", claimed_until=None))

    def claim(self, channel: str) -> list[Letter]:
        """Take the next message of each chat of a channel for delivery; nobody else gets them before `CLAIM` is over."""
        now = self._clock()
        self._give_up_unsure(now)
        query = _heads(now).where(OutboxRow.chat.like(f"{channel}:%")).limit(MOST)
        with self._database.session() as session:
            # Looked at first: an idle worker should not be a writer, of whom SQLite has only one at a time.
            if session.execute(query.with_only_columns(OutboxRow.id)).first() is None:
                return []
            rows = session.execute(query.with_for_update(skip_locked=True, of=OutboxRow)).scalars().all()
            return _claimed(session, rows, now)

    def sent(self, letter: int) -> None:
        """Record that a message was delivered; what it said is forgotten, its key is not."""
        with self._database.session() as session:
            session.execute(_open(letter).values(state=SENT, sent_at=self._clock(), reply="", claimed_until=None))

    def later(self, letter: int, wait: timedelta) -> None:
        """Give a message back that could not be delivered now; its chat's other messages wait behind it."""
        now = self._clock()
        with self._database.session() as session:
            session.execute(_open(letter).values(tries=OutboxRow.tries + 1, claimed_until=now + wait, begun_at=None))
            session.execute(_open(letter).where(OutboxRow.not_before < now - KEPT).values(state=DROPPED, reply=""))

    def drop(self, letter: int) -> None:
        """Give up one message, such as one the channel refuses."""
        with self._database.session() as session:
            session.execute(_open(letter).values(state=DROPPED, reply=""))

    def drop_chat(self, chat: str) -> None:
        """Give up everything for a chat that takes no messages any more."""
        with self._database.session() as session:
            session.execute(update(OutboxRow).where(OutboxRow.chat == chat, OutboxRow.state == WAITING)
                            .values(state=DROPPED, reply="").execution_options(synchronize_session=False))

    def due(self, chat: str) -> list[Letter]:
        """Return what is due for a chat that asks, in order; it stays due until `sent_up_to`."""
        query = select(OutboxRow).where(OutboxRow.chat == chat, *_due(self._clock())).order_by(OutboxRow.id)
        with self._database.session() as session:
            rows = session.execute(query).scalars().all()
            # So that it is known as sent when the chat confirms it, even if notices are turned off in between.
            if given := [row.id for row in rows if row.once and row.begun_at is None]:
                session.execute(_all_open(given).values(begun_at=self._clock()))
            return [_letter(row) for row in rows]

    def sent_up_to(self, chat: str, letter: int) -> None:
        """Record that a chat that asks has got its messages up to this one."""
        now = self._clock()
        given = or_(and_(*_due(now)), and_(OutboxRow.state == WAITING, OutboxRow.begun_at.isnot(None)))
        with self._database.session() as session:
            session.execute(update(OutboxRow).where(OutboxRow.chat == chat, OutboxRow.id <= letter, given).values(
                state=SENT, sent_at=now, reply="").execution_options(synchronize_session=False))

    def take(self, chat: str) -> list[Letter]:
        """Return what is due for a chat and record it as sent; of two who ask at once, each message goes to one."""
        return [letter for letter in self.due(chat) if self._take(letter)]

    def due_among(self, chats: Sequence[str]) -> set[str]:
        """Return those of the chats for which something is due."""
        query = select(OutboxRow.chat).where(OutboxRow.chat.in_(list(chats)), *_due(self._clock())).distinct()
        with self._database.session() as session:
            return set(session.execute(query).scalars())

    def load(self, channels: Sequence[str]) -> dict[str, tuple[int, float]]:
        """Return of each channel how many messages are due, and for how many seconds the oldest is."""
        now, found = self._clock(), {}
        with self._database.session() as session:
            for channel in channels:
                count, oldest = session.execute(select(func.count(), func.min(OutboxRow.not_before)).where(
                    OutboxRow.chat.like(f"{channel}:%"), *_due(now))).one()
                found[channel] = count, (now - oldest).total_seconds() if oldest else 0.0
        return found

    def expects(self, chat: str) -> bool:
        """Tell whether a message for the chat is due, or will be."""
        query = select(OutboxRow.id).where(OutboxRow.chat == chat, OutboxRow.state == WAITING)
        with self._database.session() as session:
            return session.execute(query).first() is not None

    def _put(self, session: Session, chat: str, reply: Mapping[str, Any], key: str, not_before: datetime | None) -> bool:
        if session.execute(select(OutboxRow.id).where(OutboxRow.key == key)).first():
            return False
        self._drop_old(session)
        row = OutboxRow(key=key, chat=chat, reply=json.dumps(reply), state=WAITING, tries=0, created_at=self._clock(),
                        not_before=not_before or self._clock(), trace=trace.current())
        try:
            with session.begin_nested():
                session.add(row)
        except IntegrityError:
            # Somebody put the same message at the same moment.
            return False
        return True

    def _give_up_unsure(self, now: datetime) -> None:
        """Give up messages to be said once whose process died while sending: they may have arrived."""
        if now < self._looked + SWEEP:
            return
        self._looked = now
        unsure = (OutboxRow.state == WAITING, OutboxRow.begun_at.isnot(None), OutboxRow.claimed_until < now)
        with self._database.session() as session:
            if session.execute(select(OutboxRow.id).where(*unsure).limit(1)).first():
                session.execute(update(OutboxRow).where(*unsure).values(state=DROPPED, reply="").execution_options(
                    synchronize_session=False))

    def _drop_old(self, session: Session) -> None:
        """Give up what nobody asked for in time, such as the messages for a page that was closed."""
        session.execute(update(OutboxRow).where(*_due(self._clock() - KEPT)).values(
            state=DROPPED, reply="").execution_options(synchronize_session=False))

    def _take(self, letter: Letter) -> bool:
        with self._database.session() as session:
            return session.execute(_open(letter.id).values(state=SENT, sent_at=self._clock(), reply="")).rowcount == 1


def _due(now: datetime, row: Any = OutboxRow) -> tuple:
    """Return the conditions of a message that waits to be given out; a notice is asked for anew each time whether it may be."""
    turned_off = exists().where(SwitchedOffRow.name == NOTICES).correlate(None)
    return row.state == WAITING, row.not_before <= now, or_(row.once.is_(False), ~turned_off)


def _heads(now: datetime):
    """Select the oldest due message of each chat, unless it is claimed: then the chat's others wait."""
    before = aliased(OutboxRow)
    older = exists().where(before.chat == OutboxRow.chat, before.id < OutboxRow.id, *_due(now, before))
    free = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < now)
    return select(OutboxRow).where(*_due(now), free, OutboxRow.begun_at.is_(None), ~older).order_by(OutboxRow.id)


def _claimed(session: Session, rows: Sequence[OutboxRow], now: datetime) -> list[Letter]:
    """Put the claim on messages; return none when another process was faster, as it may be on SQLite, which locks no rows."""
    free = or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < now)
    claim = session.begin_nested()
    order = _all_open([row.id for row in rows]).where(free).values(claimed_until=now + CLAIM)
    if session.execute(order).rowcount == len(rows):
        claim.commit()
        return [_letter(row) for row in rows]
    claim.rollback()
    return []


def _open(letter: int):
    return update(OutboxRow).where(OutboxRow.id == letter, OutboxRow.state == WAITING).execution_options(synchronize_session=False)


def _all_open(letters: Sequence[int]):
    return update(OutboxRow).where(OutboxRow.id.in_(list(letters)), OutboxRow.state == WAITING).execution_options(
        synchronize_session=False)


def _letter(row: OutboxRow) -> Letter:
    return Letter(row.id, row.chat, json.loads(row.reply), row.tries, bool(row.once), row.trace)
