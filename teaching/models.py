"""The models that trainings made, in the database, so that every process and machine gets them."""
from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Iterator

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from store.database import Database
from teaching.tables import ModelPart, SwitchRow, TrainingRow
from teaching.trainings import DONE

PART = 4 * 1024 * 1024
"""Bytes of a part. Each is written by itself, so that on SQLite a message waits for a part and not for the whole file."""

KEPT = 3
"""How many of the newest models are kept beside the live one and the one before it."""


class ModelGone(Exception):
    """The file of a training's model is not kept any more, or is damaged."""


class Models:
    """The model files of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, training: int, path: Path) -> tuple[int, str]:
        """Store a model's file; return its size in bytes and its SHA-256."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            for number, content in enumerate(iter(lambda: file.read(PART), b"")):
                digest.update(content)
                size += len(content)
                try:
                    with self._database.session() as session:
                        session.add(ModelPart(training=training, number=number, content=content))
                except IntegrityError:
                    raise ModelGone(f"training {training} was stored before") from None
        return size, digest.hexdigest()

    @contextmanager
    def file(self, training: int) -> Iterator[Path]:
        """Give a model's file for the time of the block. Raises `ModelGone`."""
        with self._database.session() as session:
            row = session.get(TrainingRow, training)
        if row is None or not row.size:
            raise ModelGone(f"the model of training {training} is not kept any more")
        with TemporaryDirectory(prefix="model-") as folder:
            path = Path(folder) / f"training-{training}.tar.gz"
            if self._write(training, path) != row.digest:
                raise ModelGone(f"the model of training {training} is damaged in the database")
            yield path

    def forget_old(self) -> None:
        """Remove the files of models that nobody will want: what failed, and all but the newest and those in use."""
        with self._database.session() as session:
            switches = session.execute(select(SwitchRow.training).order_by(SwitchRow.id.desc()).limit(2)).scalars()
            newest = session.execute(
                select(TrainingRow.id).where(TrainingRow.state == DONE).order_by(TrainingRow.id.desc()).limit(KEPT)).scalars()
            kept = {one for one in (*switches, *newest) if one is not None}
            ended = TrainingRow.ended_at.is_not(None)
            old = select(TrainingRow.id).where(ended, TrainingRow.id.not_in(kept))
            session.execute(delete(ModelPart).where(ModelPart.training.in_(old)).execution_options(synchronize_session=False))
            session.execute(update(TrainingRow).where(ended, TrainingRow.id.not_in(kept)).values(size=0)
                            .execution_options(synchronize_session=False))

    def _write(self, training: int, path: Path) -> str:
        digest, number = hashlib.sha256(), 0
        with path.open("wb") as file:
            while (content := self._part(training, number)) is not None:
                digest.update(content)
                file.write(content)
                number += 1
        return digest.hexdigest()

    def _part(self, training: int, number: int) -> bytes | None:
        query = select(ModelPart.content).where(ModelPart.training == training, ModelPart.number == number)
        with self._database.session() as session:
            return session.execute(query).scalar()
