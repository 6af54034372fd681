"""The tables of conversations: what each remembers, and a masked record of its turns."""
from sqlalchemy import Column, DateTime, Index, Integer, String, Text

from store.base import Base, utc_now


class ConversationRow(Base):
    """What a conversation remembers between two messages, as JSON: the slots that are set and the open form."""

    __tablename__ = "conversations"

    chat = Column(String(128), primary_key=True)
    memory = Column(Text, nullable=False)
    changed_at = Column(DateTime, nullable=False, default=utc_now)


class Turn(Base):
    """One message and how it ended; figures of four digits and more are masked in what was said."""

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_chat", "chat", "id"),)

    id = Column(Integer, primary_key=True)
    chat = Column(String(128), nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
    said = Column(Text, nullable=False)
    intent = Column(String(40), nullable=False)
    service = Column(String(40))
    outcomes = Column(String(200), nullable=False)
