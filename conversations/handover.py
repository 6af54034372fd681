"""Conversations handed over to a person: who waits, who has them, what was said; every change of state is one statement.

Each function works in the session it is given, so that what is told to the citizen can go with it in one transaction.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conversations.masking import masked
from conversations.tables import HandoverLine, HandoverRow, Turn

WRITING, WAITING, TAKEN, CLOSED = "writing", "waiting", "taken", "closed"
LIVE, MESSAGE = "live", "message"
CITIZEN, AGENT, BOT, STAFF = "citizen", "agent", "bot", "staff"

WRITTEN_WITHIN = timedelta(minutes=30)
"""How long a citizen who wants to leave a message may take to write it; after that what they type is a question again."""

NOT_HELPED = ("declined", "not_understood")
"""The outcomes that say a message was not understood or cannot be answered, without pointing anywhere for what was asked."""

BEFORE, MOST = timedelta(hours=12), 60
"""How far back the turns with the bot are shown, and how many of them."""


@dataclass(frozen=True)
class Line:
    """One line of a transcript: `who` is citizen, agent, staff (`said` is what happened), or bot.

    Of an answer of the bot `name` is the outcome and `said` the subject, as service/aspect.
    """

    at: datetime
    who: str
    name: str
    said: str
    masked: bool


@dataclass(frozen=True)
class Load:
    """How much the people have to do: conversations waiting, those waiting too long, those taken, the longest wait in seconds."""

    waiting: int
    late: int
    taken: int
    oldest: float


def any_open(connection: Connection, chat: str) -> bool:
    """Tell whether the chat has a conversation that is not closed. Asked at every message, so without an object for the row."""
    return connection.execute(_ANY_OPEN, {"chat": chat}).first() is not None


_ANY_OPEN = select(HandoverRow.id).where(HandoverRow.chat == bindparam("chat"), HandoverRow.state != CLOSED).limit(1)


def current(session: Session, chat: str) -> HandoverRow | None:
    """Return the chat's conversation that is not closed."""
    return session.execute(select(HandoverRow).where(HandoverRow.chat == chat, HandoverRow.state != CLOSED)).scalar()


def begin(session: Session, chat: str, channel: str, language: str, now: datetime, **given: Any) -> HandoverRow | None:
    """Open a conversation; None when the chat has one already, such as from a button pressed twice."""
    row = HandoverRow(**{"chat": chat, "channel": channel, "language": language, "kind": LIVE, "state": WAITING,
                         "created_at": now, "queued_at": now, "citizen_at": now, **given})
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return None
    return row


def say(session: Session, handover: int, who: str, name: str, text: str, now: datetime) -> HandoverLine:
    """Add a line; figures are masked in what stays."""
    line = HandoverLine(handover_id=handover, at=now, who=who, name=name, said=masked(text), live=None if who == STAFF else text)
    session.add(line)
    session.flush()
    if who in (CITIZEN, AGENT):
        column = HandoverRow.citizen_at if who == CITIZEN else HandoverRow.agent_at
        session.execute(_update(HandoverRow.id == handover).values({column: now}))
    return line


def change(session: Session, handover: int, was: str, *conditions: Any, **values: Any) -> bool:
    """Change a conversation that is in the state `was`; return False when it is not any more: of two, one is too late."""
    found = _update(HandoverRow.id == handover, HandoverRow.state == was, *conditions)
    return session.execute(found.values(**values)).rowcount == 1


def close(session: Session, handover: int, by: str, now: datetime, *conditions: Any) -> bool:
    """Close a conversation and forget what was said in clear; return False when it was closed already."""
    done = session.execute(_update(HandoverRow.id == handover, HandoverRow.state != CLOSED, *conditions).values(
        state=CLOSED, closed_at=now, closed_by=by)).rowcount == 1
    if done:
        session.execute(update(HandoverLine).where(HandoverLine.handover_id == handover).values(live=None).execution_options(
            synchronize_session=False))
    return done


def place(session: Session, row: HandoverRow) -> int:
    """Return the place of a waiting conversation in the queue, from 1."""
    before = or_(HandoverRow.queued_at < row.queued_at, (HandoverRow.queued_at == row.queued_at) & (HandoverRow.id < row.id))
    return 1 + session.execute(select(func.count(HandoverRow.id)).where(HandoverRow.state == WAITING, before)).scalar_one()


def listed(session: Session, *conditions: Any, newest: int | None = None) -> list[HandoverRow]:
    """Return conversations, those waiting longest first; or the `newest` ones closed."""
    query = select(HandoverRow).where(*conditions)
    query = query.order_by(HandoverRow.closed_at.desc()).limit(newest) if newest else query.order_by(
        HandoverRow.queued_at, HandoverRow.id)
    return list(session.execute(query).scalars())


def load(session: Session, now: datetime) -> Load:
    """Return how much there is to do."""
    due = session.execute(select(func.count(), func.count(HandoverRow.escalated_at), func.min(HandoverRow.queued_at)).where(
        HandoverRow.state == WAITING, HandoverRow.queued_at <= now)).one()
    taken = session.execute(select(func.count()).select_from(HandoverRow).where(HandoverRow.state == TAKEN)).scalar_one()
    return Load(due[0], due[1], taken, (now - due[2]).total_seconds() if due[2] else 0)


def transcript(session: Session, row: HandoverRow, live: bool) -> list[Line]:
    """Return what was said, with the bot before and with people since; `live` shows it unmasked where that is still kept."""
    turns = session.execute(select(Turn).where(Turn.chat == row.chat, Turn.at > row.created_at - BEFORE, *(
        (Turn.at < row.closed_at,) if row.closed_at else ())).order_by(Turn.id.desc()).limit(MOST)).scalars()
    lines = [line for turn in reversed(list(turns)) for line in (
        Line(turn.at, CITIZEN, "", turn.said, True),
        Line(turn.at, BOT, turn.outcomes.partition(" ")[0], "/".join(filter(None, (turn.service, turn.aspect))), True))]
    for line in own_lines(session, row.id):
        clear = live and line.live is not None
        lines.append(Line(line.at, line.who, line.name, line.live if clear else line.said, not clear and line.who != STAFF))
    return sorted(lines, key=lambda line: line.at)


def own_lines(session: Session, handover: int) -> list[HandoverLine]:
    """Return what was said since the conversation was handed over, in order."""
    query = select(HandoverLine).where(HandoverLine.handover_id == handover).order_by(HandoverLine.id)
    return list(session.execute(query).scalars())


def unanswered_since(session: Session, row: HandoverRow) -> datetime | None:
    """Return since when the citizen waits for a word of the agent who has the conversation; None if the agent spoke last."""
    if row.agent_at is None:
        return row.taken_at
    lines = own_lines(session, row.id)
    last = max(place for place, line in enumerate(lines) if line.who == AGENT)
    return next((line.at for line in lines[last:] if line.who == CITIZEN), None)


def stuck(session: Session, chat: str) -> bool:
    """Tell whether the last two messages of a chat could not be answered.

    What the model could not place may still have been understood, by its words or by what was said before.
    """
    query = select(Turn.decision, Turn.outcomes).where(Turn.chat == chat, Turn.decision != "").order_by(Turn.id.desc()).limit(2)
    last = session.execute(query).all()
    return len(last) == 2 and all(turn.decision == "fallback" and not_helped(turn.outcomes.partition(" ")[0]) for turn in last)


def not_helped(outcome: str) -> bool:
    """Tell whether an answer of this outcome leaves the citizen where they were; one that is not known counts as such."""
    return outcome in ("", *NOT_HELPED)


def _update(*conditions: Any):
    return update(HandoverRow).where(*conditions).execution_options(synchronize_session=False)
