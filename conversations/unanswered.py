"""The queue of messages that were answered badly or not at all, alike ones together, and what staff say they meant."""
from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Sequence

from sklearn.feature_extraction.text import TfidfVectorizer
from sqlalchemy import or_, select, update

from conversations.tables import LabelRow, Turn
from store.base import utc_now
from store.database import Database

KEPT = timedelta(days=90)
MOST = 2_000
"""How many of the newest messages are grouped at once."""

ALIKE = 0.5
"""From this likeness (cosine of letter n-grams, 0 to 1) two messages stand in one group."""

REASONS = ("fallback", "clarify", "disliked")


@dataclass(frozen=True)
class Group:
    """Messages that are alike: `turns` are their ids, `texts` the different wordings, most frequent first."""

    turns: Sequence[int]
    texts: Sequence[str]
    reasons: Sequence[str]
    services: Sequence[str]
    newest: datetime

    @property
    def count(self) -> int:
        return len(self.turns)


class Unanswered:
    """The queue in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def groups(self, reason: str | None = None) -> list[Group]:
        """Return the groups still to be labelled, the largest first; `reason` is one of REASONS."""
        waiting = {"fallback": Turn.decision == "fallback", "clarify": Turn.decision == "clarify", "disliked": Turn.rating == -1}
        wanted = waiting[reason] if reason in waiting else or_(*waiting.values())
        query = select(Turn).where(wanted, Turn.label_id.is_(None), Turn.at > utc_now() - KEPT, Turn.decision != "")
        with self._database.session() as session:
            turns = list(session.execute(query.order_by(Turn.id.desc()).limit(MOST)).scalars())
        together = grouped([turn.said for turn in turns])
        found = [_group([turns[index] for index in indices]) for indices in together]
        return sorted(found, key=lambda one: (-one.count, -one.newest.timestamp()))

    def label(self, turns: Sequence[int], intent: str, aspects: Sequence[str], author: str) -> int:
        """Say what these messages meant; return how many different wordings were kept as examples.

        An empty intent takes them off the queue without teaching anything.
        """
        with self._database.session() as session:
            rows = list(session.execute(select(Turn).where(Turn.id.in_(list(turns)), Turn.label_id.is_(None))).scalars())
            labels: dict[str, LabelRow] = {}
            for turn in rows:
                if turn.said not in labels:
                    labels[turn.said] = LabelRow(text=turn.said, intent=intent, aspects=",".join(aspects), author=author)
                    session.add(labels[turn.said])
            session.flush()
            for turn in rows:
                turn.label_id = labels[turn.said].id
            return len(labels) if intent else 0

    def labels(self) -> list[LabelRow]:
        """Return every label that teaches something, the newest first."""
        query = select(LabelRow).where(LabelRow.intent != "").order_by(LabelRow.id.desc())
        with self._database.session() as session:
            return list(session.execute(query).scalars())

    def unlabel(self, label: int) -> bool:
        """Take a label back; its messages stand in the queue again. Return whether there was one."""
        with self._database.session() as session:
            row = session.get(LabelRow, label)
            if row is None:
                return False
            session.execute(update(Turn).where(Turn.label_id == label).values(label_id=None))
            session.delete(row)
            return True


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of alike texts together: each text joins the first group whose first text it is like."""
    plain = [_plain(text) for text in texts]
    order = [one for one, _ in Counter(plain).most_common()]
    groups: dict[str, list[str]] = {}
    if any(order):
        matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True).fit_transform(order)
        leaders: list[int] = []
        for place, one in enumerate(order):
            likeness = (matrix[leaders] @ matrix[place].T).toarray().ravel() if leaders else []
            best = max(range(len(leaders)), key=lambda index: likeness[index], default=None)
            if best is not None and likeness[best] >= ALIKE:
                groups[order[leaders[best]]].append(one)
            else:
                leaders.append(place)
                groups[one] = [one]
    else:
        groups = {one: [one] for one in order}
    places: dict[str, list[int]] = {}
    for index, one in enumerate(plain):
        places.setdefault(one, []).append(index)
    return [[index for one in members for index in places[one]] for members in groups.values()]


def _group(turns: Sequence[Turn]) -> Group:
    reasons = [name for turn in turns for name, so in (
        ("fallback", turn.decision == "fallback"), ("clarify", turn.decision == "clarify"), ("disliked", turn.rating == -1)) if so]
    return Group([turn.id for turn in turns], [text for text, _ in Counter(turn.said for turn in turns).most_common()],
                 [name for name, _ in Counter(reasons).most_common()],
                 [name for name, _ in Counter(turn.service for turn in turns if turn.service).most_common()],
                 max(turn.at for turn in turns))


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return " ".join(re.findall(r"[a-z0-9…]+", "".join(letter for letter in decomposed if not unicodedata.combining(letter))))
