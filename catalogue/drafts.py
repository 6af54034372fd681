"""Drafts of script changes: written by one or more people, approved by another, published at once or on a day."""
from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Mapping, Sequence

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from catalogue import files
from catalogue.revisions import InvalidScript, Revisions, publish_in
from catalogue.tables import LiveScript, ScriptDraft
from store.base import utc_now
from store.database import Database

WRITING, WAITING, SCHEDULED, PUBLISHED, DROPPED = "writing", "waiting", "scheduled", "published", "dropped"
OPEN = (WRITING, WAITING, SCHEDULED)
"""The states of a draft on its way; a script has at most one such draft."""


class DraftRefused(ValueError):
    """What was asked of a draft is not allowed; `name` says which rule: stale, state, own, outdated or unknown."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Draft:
    """A draft as it was read; `version` goes back with every change to it."""

    id: int
    script: str
    base: int
    content: Mapping[str, Any]
    state: str
    version: int
    writers: Sequence[str]
    reason: str
    effective_on: date | None
    decided_by: str | None
    decision: str
    revision: int | None
    changed_at: Any

    @property
    def problems(self) -> list[files.Problem]:
        """Every mistake in the content; a draft may hold some, but is not approved with them."""
        return files.check(self.content, self.script, self.script)


class Drafts:
    """The drafts of a database. `second_person` holds back what nobody but its writers has seen."""

    def __init__(self, database: Database, revisions: Revisions, second_person: bool = True) -> None:
        self._database = database
        self._revisions = revisions
        self._second_person = second_person

    def open(self, script: str, writer: str, content: Mapping[str, Any] | None = None) -> Draft:
        """Return the script's draft on its way, or start one from its live revision (or `content`, for a new script)."""
        found = self.current(script)
        if found:
            return found
        live = self._revisions.live().get(script)
        if content is None and live is None:
            raise DraftRefused("unknown")
        base, lived = live or (0, {})
        try:
            with self._database.session() as session:
                row = ScriptDraft(script=script, base=base, content=_text(lived if content is None else content), state=WRITING,
                                  version=1, writers=writer, reason="", decision="")
                session.add(row)
                session.flush()
                return _draft(row)
        except IntegrityError:
            # A colleague began one at the same moment.
            return self.current(script) or self.open(script, writer, content)

    def current(self, script: str) -> Draft | None:
        """Return the script's draft on its way, or None."""
        with self._database.session() as session:
            row = _on_its_way(session, script)
            return _draft(row) if row else None

    def get(self, draft: int) -> Draft:
        """Return a draft. Raises `DraftRefused`."""
        with self._database.session() as session:
            return _draft(_row(session, draft))

    def all_open(self) -> list[Draft]:
        """Return every draft on its way, the longest unchanged first."""
        with self._database.session() as session:
            query = select(ScriptDraft).where(ScriptDraft.state.in_(OPEN)).order_by(ScriptDraft.changed_at)
            return [_draft(row) for row in session.execute(query).scalars()]

    def save(self, draft: int, version: int, content: Mapping[str, Any], reason: str, writer: str,
             effective_on: date | None = None) -> Draft:
        """Keep what was written, mistakes and all. Raises `DraftRefused`: stale when a colleague saved meanwhile."""
        with self._database.session() as session:
            row = _taken(session, draft, version, WRITING)
            writers = row.writers.splitlines()
            _change(row, content=_text(content), reason=reason, effective_on=effective_on,
                    writers="\n".join(dict.fromkeys([*writers, writer])))
            return _draft(row)

    def submit(self, draft: int, version: int, reason: str, effective_on: date | None = None) -> Draft:
        """Ask for approval. Raises `InvalidScript`, `DraftRefused`."""
        with self._database.session() as session:
            row = _taken(session, draft, version, WRITING)
            problems = _draft(row).problems
            if problems:
                raise InvalidScript(problems)
            _change(row, state=WAITING, reason=reason, effective_on=effective_on)
            return _draft(row)

    def take_back(self, draft: int, version: int) -> Draft:
        """Write on: a draft that waits for approval, or for its day, is writable again."""
        with self._database.session() as session:
            row = _taken(session, draft, version, WAITING, SCHEDULED)
            _change(row, state=WRITING)
            return _draft(row)

    def refuse(self, draft: int, version: int, approver: str, why: str) -> Draft:
        """Send a draft back to its writers, with the reason."""
        with self._database.session() as session:
            row = _taken(session, draft, version, WAITING)
            _change(row, state=WRITING, decided_by=approver, decision=why)
            return _draft(row)

    def drop(self, draft: int, version: int, by: str) -> Draft:
        """End a draft without publishing it."""
        with self._database.session() as session:
            row = _taken(session, draft, version, *OPEN)
            _change(row, state=DROPPED, decided_by=by)
            return _draft(row)

    def approve(self, draft: int, version: int, approver: str, today: date) -> Draft:
        """Publish a draft now, or on its day. Raises `DraftRefused`: own when the approver wrote it, outdated when another
        revision went live since it was begun; `InvalidScript`."""
        with self._database.session() as session:
            row = _taken(session, draft, version, WAITING)
            found = _draft(row)
            if not self.may_approve(found, approver):
                raise DraftRefused("own")
            _must_be_current(session, row)
            if found.effective_on and found.effective_on > today:
                _change(row, state=SCHEDULED, decided_by=approver)
            else:
                _publish(session, row, approver)
            return _draft(row)

    def may_approve(self, draft: Draft, approver: str) -> bool:
        """Tell whether this person may approve the draft: nobody approves what they wrote, unless the settings allow it."""
        return not self._second_person or approver not in draft.writers

    def publish_due(self, today: date) -> list[Draft]:
        """Publish every scheduled draft whose day has come; one that cannot be, because its script changed meanwhile or the
        rules for scripts did, goes back to its writers."""
        with self._database.session() as session:
            query = select(ScriptDraft.id, ScriptDraft.version).where(
                ScriptDraft.state == SCHEDULED, ScriptDraft.effective_on <= today)
            due = []
            for draft, version in session.execute(query).all():
                try:
                    row = _taken(session, draft, version, SCHEDULED)
                except DraftRefused:
                    # Another process was faster.
                    continue
                due.append(row)
                try:
                    _must_be_current(session, row)
                    _publish(session, row, row.decided_by)
                except (DraftRefused, InvalidScript) as error:
                    _change(row, state=WRITING, decision=str(error))
            return [_draft(row) for row in due]


def _on_its_way(session: Session, script: str) -> ScriptDraft | None:
    query = select(ScriptDraft).where(ScriptDraft.script == script, ScriptDraft.state.in_(OPEN))
    return session.execute(query.order_by(ScriptDraft.id)).scalars().first()


def _taken(session: Session, draft: int, version: int, *states: str) -> ScriptDraft:
    """Return a draft to change. Its version is counted up first, on condition that it still is `version`: of two who change
    it at the same moment the second waits and then finds it stale, on every database."""
    counted = update(ScriptDraft).where(ScriptDraft.id == draft, ScriptDraft.version == version).values(version=version + 1)
    found = session.execute(counted).rowcount
    row = _row(session, draft)
    if not found:
        raise DraftRefused("stale")
    if row.state not in states:
        raise DraftRefused("state")
    return row


def _row(session: Session, draft: int) -> ScriptDraft:
    row = session.get(ScriptDraft, draft)
    if row is None:
        raise DraftRefused("unknown")
    return row


def _publish(session: Session, row: ScriptDraft, approver: str) -> None:
    found = _draft(row)
    reason = found.reason if approver in found.writers else f"{found.reason} (approved by {approver})".strip()
    revision = publish_in(session, found.script, found.content, ", ".join(found.writers), reason)
    _change(row, state=PUBLISHED, decided_by=approver, revision=revision)


def _must_be_current(session: Session, row: ScriptDraft) -> None:
    live = session.get(LiveScript, row.script)
    if (live.revision if live else 0) != row.base:
        raise DraftRefused("outdated")


def _change(row: ScriptDraft, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_at = utc_now()


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)


def _draft(row: ScriptDraft) -> Draft:
    return Draft(row.id, row.script, row.base, json.loads(row.content), row.state, row.version, tuple(row.writers.splitlines()),
                 row.reason, row.effective_on, row.decided_by, row.decision, row.revision, row.changed_at)
