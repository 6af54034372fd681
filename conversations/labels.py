"""What staff say messages meant: the labels, by which they become training examples, and taking them back."""
from __future__ import annotations

from datetime import datetime
from typing import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from conversations.masking import masked
from conversations.tables import LabelRow, Turn
from store.base import utc_now
from store.database import Database

PAGE = 100
LONGEST = 500
"""Characters of an example; nobody asks in more."""


class Labels:
    """The labels of a database. Those given at once by one person have the same time, and are taken back together."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, turns: Sequence[int], intent: str, aspects: Sequence[str], author: str) -> int:
        """Say what these messages of the queue meant; return how many wordings were labelled, 0 if a colleague was faster.

        An empty intent takes them off the queue without teaching anything.
        """
        with self._database.session() as session:
            # Locked, so that of two people who label the same message at once the second finds it done.
            rows = list(session.execute(
                select(Turn).where(Turn.id.in_(list(turns)), Turn.label_id.is_(None)).with_for_update()).scalars())
            labels = _new(session, dict.fromkeys(turn.said for turn in rows), intent, aspects, author)
            for turn in rows:
                turn.label_id = labels[turn.said].id
            return len(labels)

    def write(self, texts: Sequence[str], intent: str, aspects: Sequence[str], author: str) -> int:
        """Add examples that somebody wrote; return how many: those there are already, labelled so, are not added again."""
        given = dict.fromkeys(masked(text.strip()[:LONGEST]) for text in texts if text.strip())
        with self._database.session() as session:
            query = select(LabelRow.text).where(LabelRow.intent == intent, LabelRow.text.in_(list(given)))
            known = set(session.execute(query).scalars())
            return len(_new(session, [text for text in given if text not in known], intent, aspects, author))

    def examples(self) -> list[LabelRow]:
        """Return every label that teaches something, the oldest first."""
        with self._database.session() as session:
            return list(session.execute(select(LabelRow).where(LabelRow.intent != "").order_by(LabelRow.id)).scalars())

    def page(self, before: int | None = None) -> list[LabelRow]:
        """Return the newest labels, also those that teach nothing, or those older than the label `before`."""
        query = select(LabelRow).order_by(LabelRow.id.desc()).limit(PAGE)
        with self._database.session() as session:
            return list(session.execute(query.where(LabelRow.id < before) if before else query).scalars())

    def count(self, since: datetime | None = None) -> int:
        """Return how many labels teach something, or how many of them came since that time."""
        query = select(func.count()).select_from(LabelRow).where(LabelRow.intent != "")
        with self._database.session() as session:
            return session.execute(query.where(LabelRow.at > since) if since else query).scalar_one()

    def last(self, author: str) -> list[LabelRow]:
        """Return the labels the author gave last, at once."""
        with self._database.session() as session:
            return _last(session, author)

    def undo(self, author: str) -> list[LabelRow]:
        """Take back what the author labelled last; its messages stand in the queue again. Return what was taken back."""
        with self._database.session() as session:
            rows = _last(session, author)
            _remove(session, [row.id for row in rows])
            return rows

    def remove(self, label: int) -> LabelRow | None:
        """Take one label back; its messages stand in the queue again. Return it, or None if there is none."""
        with self._database.session() as session:
            row = session.get(LabelRow, label)
            if row is not None:
                _remove(session, [label])
            return row


def _new(session: Session, texts, intent: str, aspects: Sequence[str], author: str) -> dict[str, LabelRow]:
    at = utc_now()
    made = {text: LabelRow(text=text, intent=intent, aspects=",".join(aspects), author=author, at=at) for text in texts}
    session.add_all(made.values())
    session.flush()
    return made


def _last(session: Session, author: str) -> list[LabelRow]:
    newest = select(LabelRow.at).where(LabelRow.author == author).order_by(LabelRow.id.desc()).limit(1).scalar_subquery()
    query = select(LabelRow).where(LabelRow.author == author, LabelRow.at == newest).order_by(LabelRow.id)
    return list(session.execute(query).scalars())


def _remove(session: Session, labels: Sequence[int]) -> None:
    session.execute(update(Turn).where(Turn.label_id.in_(list(labels))).values(label_id=None))
    session.execute(delete(LabelRow).where(LabelRow.id.in_(list(labels))))
