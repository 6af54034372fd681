"""What citizens do at the desk: ask for a person, write to one, leave a message, go back to the bot."""
from __future__ import annotations

from datetime import timedelta
from typing import Sequence

from sqlalchemy.orm import Session

from answers import handover as say
from answers.reply import Reply
from answers.words import Words
from conversations import handover as kept
from conversations.handover import LIVE, MESSAGE, TAKEN, WAITING, WRITING
from conversations.tables import HandoverRow
from staff.desk.base import Base


class Citizens(Base):
    """The citizens' side of the desk, which the bot knows."""

    def hear(self, chat: str, text: str) -> Sequence[Reply] | None:
        """Take what a citizen typed, if a person should read it: return what to say to that, or None if it is for the bot."""
        with self._database.engine.connect() as connection:
            if not kept.any_open(connection, chat):
                return None
        now = self._clock()
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is None or (row.state == WAITING and row.kind == MESSAGE):
                return None
            if say.wants_back(text, row.state == TAKEN):
                return self._left(session, row)
            if row.state == WRITING and row.created_at < now - kept.WRITTEN_WITHIN:
                self._stop_writing(session, row, "silence")
                return None
            # Held until the line is kept: nothing may be added in clear to a conversation that was closed meanwhile.
            if kept.change(session, row.id, row.state, citizen_at=now):
                return self._heard(session, row, text)
        return self.hear(chat, text)

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
            stuck = kept.not_helped(first.outcome) and kept.stuck(session, chat)
        return [say.offered(first, words), *others] if stuck else replies

    def expects(self, chat: str) -> bool:
        """Tell whether somebody may write to the chat."""
        with self._database.session() as session:
            row = kept.current(session, chat)
            return row is not None and row.state != WRITING

    def _heard(self, session: Session, row: HandoverRow, text: str) -> Sequence[Reply]:
        words, first = Words(row.language), not self._left_before(session, row)
        self._said(session, row, kept.CITIZEN, "", text, silently=row.state == WRITING and first)
        if row.state == WRITING:
            kept.change(session, row.id, WRITING, state=WAITING)
            if first:
                self._opened(session, row)
            return [say.message_taken(words, self._back())]
        return [say.passed_on(words, kept.place(session, row))] if row.state == WAITING else []

    def _ask(self, chat: str, channel: str, words: Words, ways: Reply) -> Reply:
        """Put the conversation in the inbox, or say when people are back."""
        now = self._clock()
        with self._database.session() as session:
            row = kept.current(session, chat)
            if row is not None and row.state == WRITING:
                self._stop_writing(session, row, "citizen")
                session.expire_all()
                row = kept.current(session, chat)
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
            return self._left(session, row)

    def _left(self, session: Session, row: HandoverRow) -> Sequence[Reply]:
        words = Words(row.language)
        if row.state == WRITING:
            self._stop_writing(session, row, "citizen")
        elif row.state == TAKEN or row.kind == LIVE:
            self._close(session, row, "citizen", None, "left")
        return [say.resumed(words)]
