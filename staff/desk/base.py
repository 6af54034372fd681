"""What every part of the desk works with: the conversations, the outbox, the hours, and how each side is told something."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable
from uuid import uuid4

from sqlalchemy.orm import Session

from answers import handover as say
from answers.outcomes import outcomes
from answers.reply import Reply
from answers.words import Words
from conversations import handover as kept
from conversations.handover import LIVE, TAKEN, WAITING, WRITING, Line, Load
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.tables import HandoverRow
from staff.audit import Audit
from store.base import VIETNAM, utc_now
from store.database import Database


@dataclass(frozen=True)
class Limits:
    """After how long something is done about a wait: the citizen told, all staff told, the conversation taken back, closed."""

    told: timedelta = timedelta(minutes=3)
    escalated: timedelta = timedelta(minutes=5)
    abandoned: timedelta = timedelta(minutes=10)
    silent: timedelta = timedelta(minutes=30)


class DeskRefused(ValueError):
    """What an agent wanted is not possible any more; `name` says why: taken, closed, empty, long."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Base:
    """The parts of the desk that its other parts share.

    `named` gives the name of a service; `group` tells whether agents have a Telegram group.
    """

    def __init__(self, database: Database, outbox: Outbox, hours: Hours, audit: Audit, named: Callable[[str], str],
                 limits: Limits | None = None, group: bool = False, clock: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._outbox = outbox
        self.hours = hours
        self._audit = audit
        self._named = named
        self.limits = limits or Limits()
        self._group = group
        self._clock = clock

    def now(self) -> datetime:
        return self._clock()

    def load(self) -> Load:
        """Return how much there is to do."""
        with self._database.session() as session:
            return kept.load(session, self._clock())

    def in_words(self, line: Line, language: str) -> str:
        """Return a line of a transcript as people read it: what the bot answered by its subject, a button without its code."""
        words = Words(language)
        if line.who == kept.CITIZEN and line.said.startswith("/"):
            return words("group.pressed")
        if line.who != kept.BOT:
            return line.said
        service, aspect = [*line.said.split("/"), ""][:2]
        if service:
            return " – ".join(filter(None, (self._named(service), words(f"aspects.{aspect}") if aspect else "")))
        return words(f"group.kinds.{outcomes()[line.name].kind}") if line.name in outcomes() else "…"

    def _left_before(self, session: Session, row: HandoverRow) -> bool:
        return any(line.who == kept.CITIZEN for line in kept.own_lines(session, row.id))

    def _stop_writing(self, session: Session, row: HandoverRow, by: str) -> None:
        """Wait for a message no longer; what was left for the staff before stays with them."""
        if self._left_before(session, row):
            kept.change(session, row.id, WRITING, state=WAITING)
        else:
            kept.close(session, row.id, by, self._clock(), HandoverRow.state == WRITING)

    def _opened(self, session: Session, row: HandoverRow) -> None:
        """Begin the conversation's topic in the group, with what was said so far."""
        if not self._group:
            return
        words = Words("vi")
        told = [words("group.opened" if row.kind == LIVE else "group.opened_message")]
        said = [words(f"group.{line.who}", text=self.in_words(line, "vi"), name=line.name)
                for line in kept.transcript(session, row, live=False) if line.who != kept.STAFF]
        self._tell_group(session, row, "\n".join([*told, *([words("group.transcript"), *said] if said else [])]))

    def _said(self, session: Session, row: HandoverRow, who: str, name: str, text: str, silently: bool = False) -> None:
        """Keep a line and show it in the group, its figures masked: what stands in a group cannot be taken back."""
        line = kept.say(session, row.id, who, name, text, self._clock())
        if not silently:
            self._tell_group(session, row, Words("vi")(f"group.{who}", name=name, text=line.said))

    def _happened(self, session: Session, row: HandoverRow, what: str, name: str = "") -> None:
        kept.say(session, row.id, kept.STAFF, name, what, self._clock())
        self._tell_group(session, row, Words("vi")(f"group.{what}", name=name))

    def _tell(self, session: Session, row: HandoverRow, reply: Reply) -> None:
        self._outbox.put(row.chat, reply.as_dict(), f"handover:{row.id}:{uuid4().hex}", session=session)

    def _tell_group(self, session: Session, row: HandoverRow, text: str) -> None:
        if self._group:
            reply = say.told(Words("vi"), text)
            self._outbox.put(f"group:{row.id}", reply.as_dict(), f"handover:{row.id}:group:{uuid4().hex}", session=session)

    def _requeue(self, session: Session, row: HandoverRow) -> None:
        if kept.change(session, row.id, TAKEN, HandoverRow.agent == row.agent, state=WAITING, agent=None, agent_name=None,
                       told_at=self._clock()):
            self._happened(session, row, "released")
            self._tell(session, row, say.still_waiting(Words(row.language), kept.place(session, row), "requeued"))

    def _close(self, session: Session, row: HandoverRow, by: str, reply: Reply | None, what: str) -> None:
        if kept.close(session, row.id, by, self._clock()):
            if row.state != WRITING:
                self._happened(session, row, what)
            if reply:
                self._tell(session, row, reply)

    def _back(self) -> datetime | None:
        back = self.hours.next_open()
        return back + VIETNAM if back else None
