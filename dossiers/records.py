"""Writing what a source says of dossiers: many at a time, each change kept in the history with its time."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, Container, Iterable, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from dossiers import bulk
from dossiers.tables import ChangeRow, DossierRow

CHANGES = ("status", "office", "due_on", "supplement_by", "note")
"""What makes a new state of a dossier when it differs; anything else that differs is a correction."""

SUPPLEMENT = 5

_KEPT = ("number", "version", "changed_at", "supplemented", *CHANGES)
_PAST = ("number", "version", "changed_at", *CHANGES)

# Made once: an import asks this of every row.
_of_state, _of_row, _of_past = itemgetter(*CHANGES), attrgetter(*CHANGES), attrgetter(*_PAST)

State = Mapping[str, Any]
"""The columns of a dossier as a source has them, without `version`, `supplemented` and `seen_at`."""


@dataclass
class Written:
    """What became of the states: how many dossiers were new, changed, corrected, or already known in a later state."""

    new: int = 0
    changed: int = 0
    corrected: int = 0
    older: int = 0


def write(session: Session, states: Sequence[State], now: datetime, stored: Container[str] | None = None) -> Written:
    """Store the states of different dossiers. A state older than the one kept is left alone.

    `stored` has the numbers that are in the table, where that was asked in this transaction (`sources`).
    """
    numbers = [state["number"] for state in states if stored is None or state["number"] in stored]
    known = {row.number: row for row in _known(session, numbers)} if numbers else {}
    written, rows, history = Written(), [], []
    # In the order of their keys: neighbours in the index are written together, and two who write never wait for each other.
    for state in sorted(states, key=itemgetter("number")):
        row = _row(state, known.get(state["number"]), now, written)
        if row:
            rows.append(row)
            if row["version"] > 1 and known[row["number"]].version < row["version"]:
                history.append(_past(known[row["number"]], now))
    _store(session, rows, history)
    return written


def sources(session: Session, numbers: Sequence[str]) -> dict[str, bytes | None]:
    """Return the fingerprints of the rows that those of these dossiers which are stored came from last, None for none."""
    table = DossierRow.__table__.c
    found = session.execute(select(table.number, table.source).where(bulk.among(session, table.number, numbers)))
    return dict(found.all())


def _known(session: Session, numbers: Sequence[str]) -> Iterable[Any]:
    table = DossierRow.__table__.c
    return session.execute(select(*(table[name] for name in _KEPT)).where(bulk.among(session, table.number, numbers))).all()


def _row(state: State, before: Any, now: datetime, written: Written) -> dict[str, Any] | None:
    """Return the row to store for a state, or None if a later one is kept already."""
    asked_for_papers = state["status"] == SUPPLEMENT
    if before is None:
        written.new += 1
        return {**state, "version": 1, "supplemented": asked_for_papers, "seen_at": now}
    if state["changed_at"] < before.changed_at:
        written.older += 1
        return None
    changed = _of_state(state) != _of_row(before)
    written.changed += changed
    written.corrected += not changed
    return {**state, "version": before.version + changed, "supplemented": before.supplemented or asked_for_papers, "seen_at": now}


def _past(before: Any, now: datetime) -> dict[str, Any]:
    return {**dict(zip(_PAST, _of_past(before))), "replaced_at": now}


def _store(session: Session, rows: Sequence[Mapping[str, Any]], history: Sequence[Mapping[str, Any]]) -> None:
    if history:
        # Two processes may see the same change; it is one line of the history.
        bulk.insert(session, ChangeRow.__table__, history, "DO NOTHING")
    if rows:
        bulk.insert(session, DossierRow.__table__, rows, "DO UPDATE")
