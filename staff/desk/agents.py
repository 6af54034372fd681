"""What agents do at the desk: take a conversation, write, send a card, give it back, close it, see what there is."""
from __future__ import annotations

from sqlalchemy.orm import Session

from answers import handover as say
from answers.reply import Reply
from answers.words import Words
from conversations import handover as kept
from conversations.handover import TAKEN, WAITING, Line
from conversations.tables import HandoverRow
from staff.desk.base import Base, DeskRefused

LONGEST = 2_000
"""Characters of what an agent writes at once."""


class Agents(Base):
    """The agents' side of the desk, for the console and for the group. `who` is an account, or somebody on Telegram."""

    def take(self, handover: int, who: str, name: str) -> None:
        """Take a waiting conversation. Raises `DeskRefused`: taken, closed."""
        now = self._clock()
        with self._database.session() as session:
            if not kept.change(session, handover, WAITING, state=TAKEN, agent=who, agent_name=name, taken_at=now, agent_at=None,
                               told_at=None, escalated_at=None):
                raise DeskRefused(self._why(session, handover))
            row = session.get(HandoverRow, handover)
            self._happened(session, row, "taken", name)
            self._tell(session, row, say.joined(Words(row.language), name))
        self._audit.add(who, "conversation taken", f"{handover}")

    def write(self, handover: int, who: str, name: str, text: str, in_group: bool = False) -> None:
        """Write to the citizen. Raises `DeskRefused`: taken (by another), closed, empty, long."""
        text = text.strip()
        if not text or len(text) > LONGEST:
            raise DeskRefused("long" if text else "empty")
        with self._database.session() as session:
            row = self._mine(session, handover, who)
            self._said(session, row, kept.AGENT, name, text, silently=in_group)
            self._tell(session, row, say.wrote(Words(row.language), name, text))

    def card(self, handover: int, who: str, name: str, answer: Reply) -> None:
        """Send an answer of the bot. Raises `DeskRefused`: taken, closed."""
        with self._database.session() as session:
            row = self._mine(session, handover, who)
            kept.say(session, row.id, kept.AGENT, name, f"[{answer.title}]", self._clock())
            self._tell(session, row, say.card(answer))
            self._tell_group(session, row, Words("vi")("group.card", name=name, title=answer.title))

    def release(self, handover: int, who: str) -> None:
        """Put a conversation back in the queue, at its old place. Raises `DeskRefused`: taken, closed."""
        with self._database.session() as session:
            row = self._mine(session, handover, who)
            self._requeue(session, row)
        self._audit.add(who, "conversation released", f"{handover}")

    def close(self, handover: int, who: str) -> None:
        """End a conversation; the bot answers again and says so. Raises `DeskRefused`: taken, closed."""
        with self._database.session() as session:
            row = self._mine(session, handover, who)
            self._close(session, row, "agent", say.resumed(Words(row.language), "ended"), "closed")
        self._audit.add(who, "conversation closed", f"{handover}")

    def shown(self, handover: int, who: str) -> tuple[HandoverRow, list[Line]] | None:
        """Return a conversation and its transcript, unmasked as long as it is open for the agent who has it, for nobody else."""
        with self._database.session() as session:
            row = session.get(HandoverRow, handover)
            return (row, kept.transcript(session, row, row.state == TAKEN and row.agent == who)) if row else None

    def inbox(self) -> dict[str, list[HandoverRow]]:
        """Return the conversations: waiting (longest first), later (messages for the next working hours), taken, closed."""
        now = self._clock()
        with self._database.session() as session:
            waiting = kept.listed(session, HandoverRow.state == WAITING)
            return {"waiting": [row for row in waiting if row.queued_at <= now],
                    "later": [row for row in waiting if row.queued_at > now],
                    "taken": kept.listed(session, HandoverRow.state == TAKEN),
                    "closed": kept.listed(session, HandoverRow.state == kept.CLOSED, newest=20)}

    def _mine(self, session: Session, handover: int, who: str) -> HandoverRow:
        """Return a conversation this agent has, locked until the end of the transaction. Raises `DeskRefused`."""
        if not kept.change(session, handover, TAKEN, HandoverRow.agent == who, agent=who):
            raise DeskRefused(self._why(session, handover))
        return session.get(HandoverRow, handover, populate_existing=True)

    def _why(self, session: Session, handover: int) -> str:
        row = session.get(HandoverRow, handover, populate_existing=True)
        return "taken" if row is not None and row.state in (TAKEN, WAITING) else "closed"
