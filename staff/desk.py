"""The desk where citizens meet people: what a citizen asks and writes, what an agent does, and what the other side is told.

The bot knows it as what passes messages on; the console and the agents' Telegram group work with the same conversations.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Callable, Sequence
from uuid import uuid4

from sqlalchemy.orm import Session

from answers import handover as say
from answers.outcomes import outcomes
from answers.reply import Reply
from answers.words import Words
from conversations import handover as kept
from conversations.handover import LIVE, MESSAGE, TAKEN, WAITING, WRITING, Line, Load
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.tables import HandoverRow
from staff.audit import Audit
from store.base import VIETNAM, utc_now
from store.database import Database

LONGEST = 2_000
"""Characters of what an agent writes at once."""

EVERYBODY = "group:0"
"""The chat of the agents' group as a whole; a conversation's topic is group:<its id>."""


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


class Desk:
    """The desk of a database. Its calls block: make them in threads.

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

    # What a citizen does

    def hear(self, chat: str, text: str) -> Sequence[Reply] | None:
        """Take what a citizen typed, if a person should read it: return what to say to that, or None if it is for the bot."""
        now = self._clock()
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is None or (row.state == WAITING and row.kind == MESSAGE):
                return None
            if row.state == WRITING and row.created_at < now - kept.WRITTEN_WITHIN:
                kept.close(session, row.id, "silence", now)
                return None
            words, first = Words(row.language), not self._left_before(session, row)
            self._said(session, row, kept.CITIZEN, "", text, silently=row.state == WRITING and first)
            if row.state == WRITING:
                kept.change(session, row.id, WRITING, state=WAITING)
                if first:
                    self._opened(session, row)
                return [say.message_taken(words, self._back())]
            return [say.passed_on(words, kept.place(session, row))] if row.state == WAITING else []

    def press(self, chat: str, channel: str, language: str, intent: str) -> Sequence[Reply]:
        """Do what a button of ours asks for: leave the person, or leave a message."""
        return self._leave(chat, language) if intent == say.BACK else self._write(chat, channel, language)

    def after(self, chat: str, channel: str, text: str, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Return what the bot's answers become: somebody who asked for a person gets one; who is stuck is offered one."""
        first, *others = replies
        words = Words(first.about.language)
        if first.outcome == "person_offered" and (text.startswith("/") or not say.wants_a_number(words, text)):
            return [self._ask(chat, channel, words, first), *others]
        if first.outcome in ("person_offered", "complaint_taken"):
            return [say.with_message_button(first, words), *others]
        with self._database.session() as session:
            stuck = first.about.kind == "fallback" and kept.stuck(session, chat)
        return [say.offered(first, words), *others] if stuck else replies

    def expects(self, chat: str) -> bool:
        """Tell whether somebody may write to the chat."""
        with self._database.session() as session:
            row = kept.current(session, chat)
            return row is not None and row.state != WRITING

    # What an agent does

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

    def inbox(self) -> dict[str, list[HandoverRow]]:
        """Return the conversations: waiting (longest first), later (messages for the next working hours), taken, closed."""
        now = self._clock()
        with self._database.session() as session:
            waiting = kept.listed(session, HandoverRow.state == WAITING)
            return {"waiting": [row for row in waiting if row.queued_at <= now],
                    "later": [row for row in waiting if row.queued_at > now],
                    "taken": kept.listed(session, HandoverRow.state == TAKEN),
                    "closed": kept.listed(session, HandoverRow.state == kept.CLOSED, newest=20)}

    def now(self) -> datetime:
        return self._clock()

    def load(self) -> Load:
        """Return how much there is to do."""
        with self._database.session() as session:
            return kept.load(session, self._clock())

    # What time does

    def watch(self) -> Load:
        """See to it that nobody is forgotten; return how much there is to do. Any number of processes may call it at once."""
        now, limits, open_ = self._clock(), self.limits, self.hours.open()
        with self._database.session() as session:
            for row in kept.listed(session, HandoverRow.state == WAITING, HandoverRow.queued_at <= now):
                if not open_ and row.kind == LIVE:
                    self._keep_for_later(session, row)
                elif open_:
                    self._see_to(session, row, now)
            for row in kept.listed(session, HandoverRow.state == TAKEN):
                since = kept.unanswered_since(session, row)
                if since and now - since > limits.abandoned:
                    self._requeue(session, row)
                elif not since and now - row.agent_at > limits.silent:
                    self._close(session, row, "silence", say.resumed(Words(row.language), "silent"), "closed")
            return kept.load(session, now)

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

    # The agents' group on Telegram

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

    # Parts of the above

    def _ask(self, chat: str, channel: str, words: Words, ways: Reply) -> Reply:
        """Put the conversation in the inbox, or say when people are back."""
        now = self._clock()
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is not None and row.state == WRITING:
                kept.close(session, row.id, "citizen", now)
                row = None
            if not self.hours.open():
                return say.away(words, self._back(), ways)
            if row is None:
                row = kept.begin(session, chat, channel, words.language, now)
                if row:
                    self._opened(session, row)
                else:
                    row = kept.current(session, chat)
            elif row.kind == MESSAGE and row.state == WAITING:
                # Who left a message yesterday and now is here to talk.
                kept.change(session, row.id, WAITING, kind=LIVE, queued_at=min(row.queued_at, now))
                session.refresh(row)
            if row.state == TAKEN:
                return say.joined(words, row.agent_name)
            return say.waiting(words, kept.place(session, row), ways)

    def _write(self, chat: str, channel: str, language: str) -> Sequence[Reply]:
        """Ask for a message; somebody who waits already may simply go on writing."""
        now, words = self._clock(), Words(language)
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is None:
                back = self.hours.next_open() or now + timedelta(days=1)
                kept.begin(session, chat, channel, language, now, kind=MESSAGE, state=WRITING, queued_at=back)
            elif row.state == WAITING and row.kind == MESSAGE:
                # One more message: what comes next is added to the one that waits.
                kept.change(session, row.id, WAITING, state=WRITING, created_at=now)
            elif row.state == WAITING:
                return [say.passed_on(Words(row.language), kept.place(session, row))]
            elif row.state == TAKEN:
                return [say.joined(Words(row.language), row.agent_name)]
            return [say.message_wanted(words)]

    def _leave(self, chat: str, language: str) -> Sequence[Reply]:
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is None:
                return [say.nothing_open(Words(language))]
            words = Words(row.language)
            if row.kind == MESSAGE and row.state != TAKEN and self._left_before(session, row):
                # What was left for the staff stays with them; only the writing ends.
                kept.change(session, row.id, WRITING, state=WAITING)
            else:
                self._close(session, row, "citizen", None, "left")
            return [say.resumed(words)]

    def _left_before(self, session: Session, row: HandoverRow) -> bool:
        return any(line.who == kept.CITIZEN for line in kept.own_lines(session, row.id))

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

    def _mine(self, session: Session, handover: int, who: str) -> HandoverRow:
        """Return a conversation this agent has, locked until the end of the transaction. Raises `DeskRefused`."""
        if not kept.change(session, handover, TAKEN, HandoverRow.agent == who, agent=who):
            raise DeskRefused(self._why(session, handover))
        return session.get(HandoverRow, handover, populate_existing=True)

    def _why(self, session: Session, handover: int) -> str:
        row = session.get(HandoverRow, handover, populate_existing=True)
        return "taken" if row is not None and row.state in (TAKEN, WAITING) else "closed"

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

