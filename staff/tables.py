"""The tables of the staff console. The audit log is only added to; triggers in the database hold that."""
from sqlalchemy import Boolean, Column, DateTime, Integer, String, Text

from store.base import Base, utc_now


class AccountRow(Base):
    """A person who may sign in. `failures` counts wrong passwords since the last right one."""

    __tablename__ = "staff_accounts"

    name = Column(String(40), primary_key=True)
    full_name = Column(String(80), nullable=False)
    password_hash = Column(String(200), nullable=False)
    roles = Column(String(120), nullable=False)
    language = Column(String(3), nullable=False)
    totp_secret = Column(String(64))
    totp_used = Column(Integer, nullable=False, default=0)
    failures = Column(Integer, nullable=False, default=0)
    locked_until = Column(DateTime)
    disabled = Column(Boolean, nullable=False, default=False)
    must_change = Column(Boolean, nullable=False, default=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)


class SessionRow(Base):
    """Somebody signed in. The cookie's token itself is not kept, only its hash."""

    __tablename__ = "staff_sessions"

    token_hash = Column(String(64), primary_key=True)
    account = Column(String(40), nullable=False, index=True)
    csrf = Column(String(64), nullable=False)
    created_at = Column(DateTime, nullable=False, default=utc_now)
    seen_at = Column(DateTime, nullable=False, default=utc_now)


class AuditRow(Base):
    """Who did what, when, with what was before and after."""

    __tablename__ = "staff_audit"

    id = Column(Integer, primary_key=True)
    at = Column(DateTime, nullable=False, default=utc_now)
    who = Column(String(80), nullable=False)
    action = Column(String(40), nullable=False)
    what = Column(String(120), nullable=False)
    before = Column(Text, nullable=False)
    after = Column(Text, nullable=False)
