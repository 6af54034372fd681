"""Revisions of service scripts in the database: publish, read the live ones, look back, restore."""
from __future__ import annotations

import json
import logging
from typing import Any, Mapping

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalogue import files
from catalogue.tables import CatalogueVersion, LiveScript, ScriptRevision
from store.database import Database

log = logging.getLogger(__name__)


class UnknownRevision(LookupError):
    """There is no such revision of that script."""


class InvalidScript(ValueError):
    """The script breaks the schema; `problems` lists every mistake."""

    def __init__(self, problems: list[files.Problem]) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems = problems


def publish_in(session: Session, script: str, content: Mapping[str, Any], author: str, reason: str) -> int:
    """Publish as a part of a larger piece of work; return the revision's number. Raises `InvalidScript`."""
    problems = files.check(content, script, script)
    if problems:
        raise InvalidScript(problems)
    # Taking the version row first makes two publishers wait for each other instead of colliding.
    session.execute(update(CatalogueVersion).values(version=CatalogueVersion.version + 1))
    last = session.execute(select(func.max(ScriptRevision.revision)).where(ScriptRevision.script == script)).scalar() or 0
    session.add(ScriptRevision(script=script, revision=last + 1, content=json.dumps(content, ensure_ascii=False),
                               author=author, reason=reason))
    session.merge(LiveScript(script=script, revision=last + 1))
    return last + 1


class Revisions:
    """The record of every script. All writing goes through `publish`, in one transaction each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, script: str, content: Mapping[str, Any], author: str, reason: str) -> int:
        """Make `content` the next revision and the live one; return its number. Raises `InvalidScript`."""
        with self._database.session() as session:
            return publish_in(session, script, content, author, reason)

    def restore(self, script: str, revision: int, author: str, reason: str) -> int:
        """Publish an earlier revision's content again as the newest one. Raises `UnknownRevision`."""
        return self.publish(script, self.content(script, revision), author, reason)

    def content(self, script: str, revision: int) -> dict[str, Any]:
        """Return what a revision says. Raises `UnknownRevision`."""
        with self._database.session() as session:
            row = session.get(ScriptRevision, (script, revision))
        if row is None:
            raise UnknownRevision(f"{script}@{revision}")
        return json.loads(row.content)

    def history(self, script: str) -> list[ScriptRevision]:
        """Return a script's revisions, the newest first."""
        with self._database.session() as session:
            query = select(ScriptRevision).where(ScriptRevision.script == script)
            return list(session.execute(query.order_by(ScriptRevision.revision.desc())).scalars())

    def live(self) -> dict[str, tuple[int, dict[str, Any]]]:
        """Return every live script: its revision and content. A damaged row is logged and left out."""
        with self._database.session() as session:
            rows = session.execute(select(ScriptRevision).join(LiveScript, (
                (LiveScript.script == ScriptRevision.script) & (LiveScript.revision == ScriptRevision.revision)))).scalars()
            return {row.script: (row.revision, content) for row in rows if (content := _content(row)) is not None}

    def version(self) -> int:
        """Return the number that grows with every publication."""
        with self._database.session() as session:
            return session.execute(select(CatalogueVersion.version)).scalar_one()


def _content(row: ScriptRevision) -> dict[str, Any] | None:
    try:
        return json.loads(row.content)
    except ValueError as error:
        log.error("script %s@%s is damaged and left out: %s", row.script, row.revision, error)
        return None


def import_changed(revisions: Revisions, scripts: Mapping[str, Mapping[str, Any]], author: str, reason: str) -> dict[str, int]:
    """Publish each script that differs from the live one; return the new revision numbers by script."""
    live = revisions.live()
    return {name: revisions.publish(name, content, author, reason)
            for name, content in scripts.items() if name not in live or live[name][1] != content}
