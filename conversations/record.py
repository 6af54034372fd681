"""The record of turns as the bot adds to it after the fact: what a citizen thought of an answer."""
from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from conversations.tables import Turn
from store.base import utc_now
from store.database import Database

RATED_WITHIN = timedelta(days=2)
"""How long after an answer its buttons still rate it."""


class Record:
    """The record of turns in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rate(self, chat: str, service: str | None, value: int) -> bool:
        """Keep +1 or -1 for the chat's last answer about the service (None: any); return whether there was one."""
        if value not in (1, -1):
            raise ValueError(f"a rating is 1 or -1, not {value!r}")
        query = select(Turn).where(Turn.chat == chat, Turn.at > utc_now() - RATED_WITHIN).order_by(Turn.id.desc()).limit(1)
        with self._database.session() as session:
            turn = session.execute(query.where(Turn.service == service) if service else query).scalar()
            if turn is None:
                return False
            turn.rating = value
            return True
