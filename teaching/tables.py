"""The tables of teaching: trainings with the models they made, and which model was made live when."""
from sqlalchemy import Column, DateTime, ForeignKey, Index, Integer, LargeBinary, String, Text, text

from store.base import Base, utc_now

_RUNNING = "state = 'running'"


class TrainingRow(Base):
    """One training. At most one is running, which the database holds.

    `base` is the fingerprint of the files it was made from, `comparison` the result beside the live model as JSON, `size` and
    `digest` are those of the model's file: 0 when the file is not kept any more.
    """

    __tablename__ = "trainings"
    __table_args__ = (
        Index("uq_trainings_running", "state", unique=True, sqlite_where=text(_RUNNING), postgresql_where=text(_RUNNING)),)

    id = Column(Integer, primary_key=True)
    author = Column(String(40), nullable=False)
    state = Column(String(10), nullable=False)
    step = Column(String(20), nullable=False)
    percent = Column(Integer, nullable=False)
    begun_at = Column(DateTime, nullable=False, default=utc_now)
    heartbeat_at = Column(DateTime, nullable=False, default=utc_now)
    ended_at = Column(DateTime)
    base = Column(String(12), nullable=False)
    examples = Column(Integer, nullable=False)
    comparison = Column(Text, nullable=False)
    log = Column(Text, nullable=False)
    size = Column(Integer, nullable=False)
    digest = Column(String(64), nullable=False)


class ModelPart(Base):
    """A part of a model's file."""

    __tablename__ = "model_parts"

    training = Column(Integer, ForeignKey("trainings.id"), primary_key=True)
    number = Column(Integer, primary_key=True)
    content = Column(LargeBinary, nullable=False)


class SwitchRow(Base):
    """A model was made live: that of a training, or without one that of the files. The newest row says which is live."""

    __tablename__ = "model_switches"

    id = Column(Integer, primary_key=True)
    training = Column(Integer, ForeignKey("trainings.id"))
    author = Column(String(40), nullable=False)
    reason = Column(Text, nullable=False)
    at = Column(DateTime, nullable=False, default=utc_now)
