"""The desk as the agents' group on Telegram sees it: a topic for each conversation, and what is written there."""
from __future__ import annotations

from answers.words import Words
from conversations import handover as kept
from conversations.handover import WAITING
from conversations.tables import HandoverRow
from staff.desk.agents import LONGEST, Agents
from staff.desk.base import DeskRefused


class Topics(Agents):
    """The agents' side of the desk, for those in the group."""

    def topic(self, handover: int) -> tuple[int | None, str]:
        """Return the topic of a conversation in the group, if it has one, and the name of a new one."""
        with self._database.session() as session:
            row = session.get(HandoverRow, handover)
            return row.topic, Words("vi")("group.topic", number=row.id, channel=row.channel)

    def set_topic(self, handover: int, topic: int) -> None:
        with self._database.session() as session:
            session.get(HandoverRow, handover).topic = topic

    def in_topic(self, topic: int, who: str, name: str, text: str | None) -> str | None:
        """Take what a member of the group wrote in a topic, or the command it is; return what to answer them, if anything."""
        words = Words("vi")
        with self._database.session() as session:
            row = next(iter(kept.listed(session, HandoverRow.topic == topic)), None)
        if row is None:
            return words("group.nobody")
        if text is None:
            return words("group.text_only")
        command = text.split(maxsplit=1)[0].partition("@")[0] if text.startswith("/") else ""
        if command and command not in ("/close", "/release"):
            return words("group.help")
        try:
            if row.state == WAITING and command != "/release":
                self.take(row.id, who, name)
            if not command:
                self.write(row.id, who, name, text, in_group=True)
            else:
                (self.close if command == "/close" else self.release)(row.id, who)
        except DeskRefused as refused:
            told = {"taken": ("other", {"name": row.agent_name or ""}), "long": ("too_long", {"limit": LONGEST})}
            reason, values = told.get(refused.name, ("over", {}))
            return words(f"group.{reason}", **values)
        return None
