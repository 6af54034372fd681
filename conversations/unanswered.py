"""The queue of messages that were answered badly or not at all, alike ones together."""
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Mapping, Sequence

from sqlalchemy import literal, or_, select
from sqlalchemy.sql import ColumnElement

from conversations.grouping import grouped
from conversations.tables import Turn
from store.base import utc_now
from store.database import Database

KEPT = timedelta(days=90)
MOST = 2_000
"""How many of the newest messages are grouped at once."""

REASONS = ("fallback", "clarify", "disliked")

Outcomes = Mapping[str, Sequence[str]]
"""The outcomes that put a message into the queue, by the reason they stand for (fallback, clarify)."""


@dataclass(frozen=True)
class Wording:
    """One way the message was written, and the turns in which it was."""

    text: str
    turns: Sequence[int]


@dataclass(frozen=True)
class Group:
    """Messages that are alike: the different wordings, reasons, services and outcomes, most frequent first each."""

    wordings: Sequence[Wording]
    reasons: Sequence[str]
    services: Sequence[str]
    outcomes: Sequence[str]
    newest: datetime

    @property
    def turns(self) -> list[int]:
        return [turn for wording in self.wordings for turn in wording.turns]

    @property
    def texts(self) -> list[str]:
        return [wording.text for wording in self.wordings]

    @property
    def count(self) -> int:
        return len(self.turns)


class Unanswered:
    """The queue in a database. A message is in it for what was decided or for how it ended, or because it was disliked."""

    def __init__(self, database: Database, outcomes: Outcomes | None = None) -> None:
        self._database = database
        self._outcomes = outcomes or {}

    def groups(self, reason: str | None = None) -> list[Group]:
        """Return the groups still to be labelled, the largest first; `reason` is one of REASONS."""
        waiting = {name: self._waits_for(name) for name in REASONS}
        wanted = waiting[reason] if reason in waiting else or_(*waiting.values())
        # A button says what it means; there is nothing to be learnt from it.
        query = select(Turn).where(wanted, Turn.label_id.is_(None), Turn.at > utc_now() - KEPT, Turn.decision != "")
        with self._database.session() as session:
            turns = list(session.execute(query.order_by(Turn.id.desc()).limit(MOST)).scalars())
        together = grouped([turn.said for turn in turns])
        found = [self._group([turns[index] for index in indices]) for indices in together]
        return sorted(found, key=lambda one: (-one.count, -one.newest.timestamp()))

    def _waits_for(self, reason: str) -> ColumnElement:
        if reason == "disliked":
            return Turn.rating == -1
        ended = literal(" ").concat(Turn.outcomes).concat(" ")
        return or_(Turn.decision == reason, *(
            ended.contains(f" {name} ", autoescape=True) for name in self._outcomes.get(reason, ())))

    def _reasons(self, turn: Turn) -> list[str]:
        ended = set(turn.outcomes.split())
        return [name for name in REASONS if (turn.rating == -1 if name == "disliked" else (
            turn.decision == name or not ended.isdisjoint(self._outcomes.get(name, ()))))]

    def _group(self, turns: Sequence[Turn]) -> Group:
        wordings: dict[str, list[int]] = {}
        for turn in turns:
            wordings.setdefault(turn.said, []).append(turn.id)
        return Group(
            sorted((Wording(text, ids) for text, ids in wordings.items()), key=lambda one: -len(one.turns)),
            _frequent(name for turn in turns for name in self._reasons(turn)),
            _frequent(turn.service for turn in turns if turn.service),
            _frequent(name for turn in turns for name in turn.outcomes.split()),
            max(turn.at for turn in turns))


def _frequent(names) -> list[str]:
    return [name for name, _ in Counter(names).most_common()]
