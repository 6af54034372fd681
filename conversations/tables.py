"""The tables of conversations: what each remembers, a masked record of its turns, and what staff say a message meant."""
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, String, Text

from store.base import Base, utc_now


class ConversationRow(Base):
    """What a conversation remembers between two messages, as JSON: the slots that are set and the open form."""

    __tablename__ = "conversations"

    chat = Column(String(128), primary_key=True)
    memory = Column(Text, nullable=False)
    changed_at = Column(DateTime, nullable=False, default=utc_now)


class Turn(Base):
    """One message and how it ended; what was said is masked (`conversations.masking`).

    `decision` is what the understanding decided (answer, clarify, fallback), empty for a button. `rating` is +1 or -1.
    """

    __tablename__ = "turns"
    __table_args__ = (Index("ix_turns_chat", "chat", "id"), Index("ix_turns_at", "at"))

    id = Column(Integer, primary_key=True)
    chat = Column(String(128), nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
    channel = Column(String(16), nullable=False, default="")
    language = Column(String(3), nullable=False, default="")
    said = Column(Text, nullable=False)
    intent = Column(String(40), nullable=False)
    service = Column(String(40))
    aspect = Column(String(20))
    decision = Column(String(10), nullable=False, default="")
    outcomes = Column(String(200), nullable=False)
    rating = Column(Integer)
    label_id = Column(Integer, ForeignKey("labels.id"))


class LabelRow(Base):
    """What a person of the staff says a message means; `intent` is empty when the message teaches nothing."""

    __tablename__ = "labels"

    id = Column(Integer, primary_key=True)
    text = Column(Text, nullable=False)
    intent = Column(String(40), nullable=False)
    aspects = Column(String(120), nullable=False)
    author = Column(String(40), nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
