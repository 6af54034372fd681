"""How long until a dossier's day, and how late it is, in working days."""
from __future__ import annotations

from datetime import date

from dossiers.provider import Dossier
from store.workdays import workdays_between


def days_left(today: date, day: date) -> int:
    """Return how many working days come until a day, that day included."""
    return workdays_between(today, day)


def days_late(dossier: Dossier, today: date) -> int | None:
    """Return how many working days a dossier is late, 0 when only holidays passed since; None when it is not late.

    While the office waits for papers or payment, no day is counted.
    """
    counted = dossier.status.open and dossier.status.held != "paused"
    if not counted or dossier.due_on is None or dossier.due_on >= today:
        return None
    return workdays_between(dossier.due_on, today)
