"""The tables of script revisions. A revision is written once and never changed."""
from sqlalchemy import Column, DateTime, Integer, String, Text

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
