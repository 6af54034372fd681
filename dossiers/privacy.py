"""Erasing what look-ups keep of a chat, without opening a door to those who guess numbers."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from dossiers.tables import LookupAttempt

COUNTED = timedelta(days=1)
"""For how long an attempt may count against a limit."""


def hide(session: Session, chat: str, name: str, now: datetime) -> None:
    """Erase the attempts of a chat; wrong ones that may still count stay, under a name that does not say whose they are."""
    mine, counting = LookupAttempt.chat == chat, LookupAttempt.at > now - COUNTED
    hidden = update(LookupAttempt).where(mine, counting, LookupAttempt.right.is_(False)).values(chat=name)
    for order in (hidden, delete(LookupAttempt).where(mine)):
        session.execute(order.execution_options(synchronize_session=False))
