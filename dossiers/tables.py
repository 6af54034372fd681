"""The tables of dossiers, their history, who follows them, and the attempts to look one up."""
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, LargeBinary, String, Text, UniqueConstraint, false, text

from store.base import Base, utc_now


class DossierRow(Base):
    """The last known state of a dossier. It holds no name, phone or personal id, only keyed hashes of digits.

    `version` counts its states from 1; those before stand in `dossier_changes`. `level` is department or commune, `channel`
    1 in person, 2 online, 3 post. `source` is a keyed fingerprint of the row it came from, by which an unchanged row is known.
    `seen_at` is when a source last said so.
    """

    __tablename__ = "dossiers"
    __table_args__ = (Index("ix_dossiers_filed_on", "filed_on"),)

    number = Column(String(40), primary_key=True)
    service = Column(String(40))
    status = Column(Integer, nullable=False)
    office = Column(String(200), nullable=False)
    filed_on = Column(Date, nullable=False)
    due_on = Column(Date)
    changed_at = Column(DateTime, nullable=False)
    note = Column(Text, nullable=False, default="")
    phone_hash = Column(String(64))
    id_hash = Column(String(64))
    level = Column(String(12))
    channel = Column(Integer)
    paid_online = Column(Boolean)
    finished_on = Column(Date)
    supplement_by = Column(Date)
    supplemented = Column(Boolean, nullable=False, default=False, server_default=false())
    version = Column(Integer, nullable=False, default=1, server_default="1")
    source = Column(LargeBinary(16))
    seen_at = Column(DateTime)


class ChangeRow(Base):
    """A state a dossier had, kept when the next one came at `replaced_at`."""

    __tablename__ = "dossier_changes"

    number = Column(String(40), primary_key=True)
    version = Column(Integer, primary_key=True)
    status = Column(Integer, nullable=False)
    office = Column(String(200), nullable=False)
    due_on = Column(Date)
    supplement_by = Column(Date)
    changed_at = Column(DateTime, nullable=False)
    note = Column(Text, nullable=False, default="")
    replaced_at = Column(DateTime, nullable=False, default=utc_now)


class FollowRow(Base):
    """A chat that wants to hear of a dossier. `told` is the last version it was told of, `reminded` the days reminded of."""

    __tablename__ = "dossier_follows"
    __table_args__ = (UniqueConstraint("chat", "number", name="uq_dossier_follows_chat"),
                      Index("ix_dossier_follows_number", "number"))

    id = Column(Integer, primary_key=True)
    chat = Column(String(128), nullable=False)
    number = Column(String(40), nullable=False)
    language = Column(String(3), nullable=False)
    told = Column(Integer, nullable=False)
    reminded = Column(String(60), nullable=False, default="")
    since = Column(DateTime, nullable=False, default=utc_now)


class LookupAttempt(Base):
    """One attempt to see a dossier, for the limits and the audit; the number is kept hashed and masked only."""

    __tablename__ = "lookup_attempts"
    __table_args__ = (Index("ix_lookup_attempts_chat", "chat", "at"), Index("ix_lookup_attempts_number_hash", "number_hash", "at"),
                      Index("ix_lookup_attempts_at", "at"),
                      Index("ix_lookup_attempts_wrong", "at", sqlite_where=text('"right" IS 0'),
                            postgresql_where=text('"right" IS false')))

    id = Column(Integer, primary_key=True)
    chat = Column(String(255), nullable=False)
    number_hash = Column(String(64), nullable=False)
    masked = Column(String(40), nullable=False)
    right = Column(Boolean, nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
