"""The tables of dossiers and of the attempts to look one up."""
from sqlalchemy import Boolean, Column, Date, DateTime, Index, Integer, String, Text

from store.base import Base, utc_now


class DossierRow(Base):
    """What the embedded provider knows of a dossier. It holds no name, phone or personal id, only keyed hashes of digits."""

    __tablename__ = "dossiers"

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


class LookupAttempt(Base):
    """One attempt to see a dossier, for the limits and the audit; the number is kept hashed and masked only."""

    __tablename__ = "lookup_attempts"
    __table_args__ = (Index("ix_lookup_attempts_chat", "chat", "at"), Index("ix_lookup_attempts_number_hash", "number_hash", "at"))

    id = Column(Integer, primary_key=True)
    chat = Column(String(255), nullable=False)
    number_hash = Column(String(64), nullable=False)
    masked = Column(String(40), nullable=False)
    right = Column(Boolean, nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
