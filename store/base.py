"""The base all tables share; alembic reads its metadata."""
from datetime import datetime, timedelta, timezone

from sqlalchemy import MetaData
from sqlalchemy.orm import declarative_base

# Named constraints can be altered by later migrations on every database.
NAMES = {
    "ix": "ix_%(column_0_label)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s", "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

VIETNAM = timedelta(hours=7)
"""Vietnam's offset from UTC; it has no summer time."""

Base = declarative_base(metadata=MetaData(naming_convention=NAMES))


def utc_now() -> datetime:
    """Return now in UTC without a zone, as the tables keep it."""
    return datetime.now(timezone.utc).replace(tzinfo=None)
