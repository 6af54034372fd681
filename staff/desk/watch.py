"""What time does at the desk: nobody who waits is forgotten, and nothing stays open for ever."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from answers import handover as say
from answers.words import Words
from conversations import handover as kept
from conversations.handover import LIVE, MESSAGE, TAKEN, WAITING, WRITING, Load
from conversations.tables import HandoverRow
from staff.desk.base import Base

EVERYBODY = "group:0"
"""The chat of the agents' group as a whole; a conversation's topic is group:<its id>."""


class Watch(Base):
    """The desk's clock."""

    def watch(self) -> Load:
        """See to it that nobody is forgotten; return how much there is to do. Any number of processes may call it at once."""
        now, open_ = self._clock(), self.hours.open()
        with self._database.session() as session:
            for row in kept.listed(session, HandoverRow.state == WRITING, HandoverRow.created_at < now - kept.WRITTEN_WITHIN):
                self._stop_writing(session, row, "silence")
            for row in kept.listed(session, HandoverRow.state == WAITING, HandoverRow.queued_at <= now):
                if open_:
                    self._see_to(session, row, now)
                elif row.kind == LIVE:
                    self._keep_for_later(session, row)
            for row in kept.listed(session, HandoverRow.state == TAKEN):
                self._see_to_taken(session, row, now)
            return kept.load(session, now)

    def _see_to_taken(self, session: Session, row: HandoverRow, now: datetime) -> None:
        """Take back a conversation whose agent is gone, and end one whose citizen is."""
        since = kept.unanswered_since(session, row)
        if since and now - since > self.limits.abandoned:
            self._requeue(session, row)
        elif not since and now - row.agent_at > self.limits.silent:
            self._close(session, row, "silence", say.resumed(Words(row.language), "silent"), "closed")

    def _see_to(self, session: Session, row: HandoverRow, now: datetime) -> None:
        """Tell a citizen who waits long that they are not forgotten, and everybody who waits too long to all staff."""
        if now - row.queued_at > self.limits.told and row.kind == LIVE and kept.change(
                session, row.id, WAITING, HandoverRow.told_at.is_(None), told_at=now):
            self._tell(session, row, say.still_waiting(Words(row.language), kept.place(session, row)))
        if now - row.queued_at > self.limits.escalated and kept.change(
                session, row.id, WAITING, HandoverRow.escalated_at.is_(None), escalated_at=now) and self._group:
            found = kept.load(session, now)
            reply = say.told(Words("vi"), Words("vi")("group.late", count=found.waiting, minutes=int(found.oldest // 60)))
            self._outbox.put(EVERYBODY, reply.as_dict(), f"handover:{row.id}:late:{now.isoformat()}", session=session)

    def _keep_for_later(self, session: Session, row: HandoverRow) -> None:
        back = self.hours.next_open() or self._clock() + timedelta(days=1)
        if kept.change(session, row.id, WAITING, HandoverRow.kind == LIVE, kind=MESSAGE, queued_at=back, told_at=None,
                       escalated_at=None):
            self._tell(session, row, say.kept_for_later(Words(row.language), self._back()))
