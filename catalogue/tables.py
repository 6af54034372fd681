"""The tables of script revisions. A revision is written once and never changed."""
from sqlalchemy import Column, Date, DateTime, Index, Integer, String, Text, text

from store.base import Base, utc_now


class ScriptRevision(Base):
    """One revision of one script: its whole content, who wrote it, when and why."""

    __tablename__ = "script_revisions"

    script = Column(String(40), primary_key=True)
    revision = Column(Integer, primary_key=True)
    content = Column(Text, nullable=False)
    author = Column(String(80), nullable=False)
    reason = Column(Text, nullable=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)


class LiveScript(Base):
    """Which revision of a script citizens get."""

    __tablename__ = "live_scripts"

    script = Column(String(40), primary_key=True)
    revision = Column(Integer, nullable=False)


class CatalogueVersion(Base):
    """One row; its number grows with every publication, so that a process knows when to read again."""

    __tablename__ = "catalogue_version"

    id = Column(Integer, primary_key=True)
    version = Column(Integer, nullable=False)


_OPEN = "state IN ('writing', 'waiting', 'scheduled')"


class ScriptDraft(Base):
    """A change to a script on its way: being written, waiting for approval, waiting for its day, or ended.

    A script has at most one draft on its way. `version` grows with every save, so that nobody overwrites what a colleague
    has saved meanwhile; `writers` are all who saved, one a line, none of whom may approve.
    """

    __tablename__ = "script_drafts"
    __table_args__ = (
        Index("uq_script_drafts_open", "script", unique=True, sqlite_where=text(_OPEN), postgresql_where=text(_OPEN)),)

    id = Column(Integer, primary_key=True)
    script = Column(String(40), nullable=False)
    base = Column(Integer, nullable=False)
    content = Column(Text, nullable=False)
    state = Column(String(12), nullable=False)
    version = Column(Integer, nullable=False)
    writers = Column(Text, nullable=False)
    reason = Column(Text, nullable=False)
    effective_on = Column(Date)
    decided_by = Column(String(80))
    decision = Column(Text, nullable=False)
    revision = Column(Integer)
    created_at = Column(DateTime, nullable=False, default=utc_now)
    changed_at = Column(DateTime, nullable=False, default=utc_now)
