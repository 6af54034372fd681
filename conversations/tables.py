"""The tables of conversations: what each remembers, a masked record of its turns, and what staff say a message meant."""
from sqlalchemy import BigInteger, Boolean, Column, Date, DateTime, Float, ForeignKey, Index, Integer, String, Text, false, text

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


class OutboxRow(Base):
    """A message the bot sends by itself. `key` says which it is, so that it is sent once; `claimed_until` is a worker's claim.

    `once` means rather lost than said twice; `begun_at` is when its sending began. `state` is waiting, sent or dropped; a message
    that waits no longer has an empty `reply`; `trace` is of what it came of.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state", "state", "chat", "id"), Index("ix_outbox_waiting", "state", "id"))

    id = Column(Integer, primary_key=True)
    key = Column(String(160), nullable=False, unique=True)
    chat = Column(String(128), nullable=False)
    reply = Column(Text, nullable=False)
    state = Column(String(8), nullable=False)
    tries = Column(Integer, nullable=False, default=0)
    not_before = Column(DateTime, nullable=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)
    claimed_until = Column(DateTime)
    once = Column(Boolean, nullable=False, default=False, server_default=false())
    begun_at = Column(DateTime)
    trace = Column(String(32))
    sent_at = Column(DateTime)


class HandoverRow(Base):
    """A conversation that a person of the staff has, or is waited for; a chat has at most one that is not closed.

    `kind` is live, or message for one left outside working hours; `state` is writing (the message is still to come), waiting,
    taken or closed. `queued_at` is since when it waits in the inbox, which for a message may lie ahead. `citizen_at` and
    `agent_at` are of the last word each said; `told_at` and `escalated_at` of what was done about a long wait.
    """

    __tablename__ = "handovers"
    _OPEN = text("state IN ('writing', 'waiting', 'taken')")
    __table_args__ = (Index("uq_handovers_open", "chat", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
                      Index("ix_handovers_chat", "chat"), Index("ix_handovers_state", "state", "queued_at"))

    id = Column(Integer, primary_key=True)
    chat = Column(String(128), nullable=False)
    channel = Column(String(16), nullable=False)
    language = Column(String(3), nullable=False)
    kind = Column(String(8), nullable=False)
    state = Column(String(8), nullable=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)
    queued_at = Column(DateTime, nullable=False)
    citizen_at = Column(DateTime, nullable=False)
    agent = Column(String(40))
    agent_name = Column(String(80))
    taken_at = Column(DateTime)
    agent_at = Column(DateTime)
    told_at = Column(DateTime)
    escalated_at = Column(DateTime)
    closed_at = Column(DateTime)
    closed_by = Column(String(8))
    topic = Column(Integer)


class HandoverLine(Base):
    """What was said in such a conversation: `said` with its figures masked, `live` as it was, until it is closed.

    `who` is citizen, agent, or staff for what happened to the conversation.
    """

    __tablename__ = "handover_lines"

    id = Column(Integer, primary_key=True)
    handover_id = Column(Integer, ForeignKey("handovers.id"), nullable=False, index=True)
    at = Column(DateTime, nullable=False, default=utc_now)
    who = Column(String(8), nullable=False)
    name = Column(String(80), nullable=False, default="")
    said = Column(Text, nullable=False)
    live = Column(Text)


class ClosedDayRow(Base):
    """A day on which nobody of the staff answers, beside the public holidays."""

    __tablename__ = "closed_days"

    day = Column(Date, primary_key=True)
    name = Column(String(120), nullable=False)
    author = Column(String(40), nullable=False)


class SwitchedOffRow(Base):
    """A part of the bot that is off now, with what citizens read meanwhile, by language, as JSON."""

    __tablename__ = "switched_off"

    name = Column(String(16), primary_key=True)
    texts = Column(Text, nullable=False)
    author = Column(String(40), nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)


class UpdateRow(Base):
    """An update of Telegram by its number; what it said is not kept. `claimed_until` is the claim of the process that is at it.

    `answers` are the replies to it as JSON until they are sent, `sent` how many messages of them are; `final` ones need only be
    sent, others are what the engine said.
    """

    __tablename__ = "telegram_updates"

    number = Column(BigInteger, primary_key=True, autoincrement=False)
    done = Column(Boolean, nullable=False)
    claimed_until = Column(DateTime, nullable=False)
    at = Column(DateTime, nullable=False, index=True)
    answers = Column(Text)
    final = Column(Boolean, nullable=False, default=False, server_default=false())
    sent = Column(Integer, nullable=False, default=0, server_default="0")


class RateRow(Base):
    """How many messages of a chat or an address came lately (`conversations.rates`); `key` is a hash, `at` in seconds since 1970.

    `over` is 0 within the limit, 1 when the last message was the first beyond it, 2 when one of a flood.
    """

    __tablename__ = "message_rates"

    key = Column(String(64), primary_key=True)
    level = Column(Float, nullable=False)
    at = Column(Float, nullable=False)
    over = Column(Integer, nullable=False)
