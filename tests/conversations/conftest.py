"""Turns in a database, as the bot records them."""
from __future__ import annotations

import pytest

from conversations.tables import Turn


@pytest.fixture
def turn(database):
    """Add a turn: `turn("said", decision="fallback")`; returns its id."""

    def add(said: str = "làm hộ chiếu", chat: str = "rest:a", **given) -> int:
        row = Turn(**{"chat": chat, "said": said, "intent": "passport", "outcomes": "answered", "decision": "answer", **given})
        with database.session() as session:
            session.add(row)
        return row.id

    return add
