"""Import dossiers from a file: repeatable, incremental, every bad row reported with its line and reason, the others loaded."""
from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, TextIO

from dossiers import records, rows, sheets
from dossiers.digits import Digits
from dossiers.rows import COLUMNS, MORE_COLUMNS
from dossiers.sheets import WrongFile
from store.base import utc_now
from store.database import Database

__all__ = ["COLUMNS", "MORE_COLUMNS", "Report", "WrongFile", "lines", "load", "load_file"]

BATCH = 10_000
"""Rows stored in one transaction: enough to be fast, few enough that nobody waits for it long."""

MOST_KEPT = 1_000
"""Rejected rows the report names; all of them are counted, and told to `rejected`."""

Rejected = Callable[[int, str], None]
Progress = Callable[[int, float], None]
"""Hears, after each batch, how many rows were read and how many seconds it took so far."""


@dataclass
class Report:
    """What became of a file: rows loaded, of them unchanged, new, changed, corrected or older, and the bad ones."""

    loaded: int = 0
    unchanged: int = 0
    written: records.Written = field(default_factory=records.Written)
    rejected: list[tuple[int, str]] = field(default_factory=list)
    refused: int = 0
    seconds: float = 0.0


class _Row(NamedTuple):
    line: int
    number: str
    cells: rows.Cells
    source: bytes


def load(file: TextIO, database: Database, digits: Digits, **told: Rejected | Progress | None) -> Report:
    """Read dossiers from CSV text and store them, new or changed. Raises `WrongFile`."""
    return _Import(database, digits, **told).run(lambda reject: sheets.text(file, reject))


def load_file(path: Path, database: Database, digits: Digits, **told: Rejected | Progress | None) -> Report:
    """Read dossiers from a CSV or Excel file. Raises `WrongFile` and OSError."""
    return _Import(database, digits, **told).run(lambda reject: sheets.read(path, reject))


class _Import:
    """One run over a file."""

    def __init__(self, database: Database, digits: Digits, rejected: Rejected | None = None,
                 progress: Progress | None = None) -> None:
        self._database = database
        self._digits = digits
        self._rejected = rejected or (lambda line, reason: None)
        self._progress = progress or (lambda count, seconds: None)
        self._report = Report()

    def run(self, source: Callable[[Rejected], Iterator[sheets.Row]]) -> Report:
        started, report = time.monotonic(), self._report
        found = source(self._reject)
        _, names = next(found)
        missing = [column for column in COLUMNS if column not in names]
        if missing:
            raise WrongFile(f"columns missing in the first line: {', '.join(missing)}")
        pick = rows.picker(names)
        with _rare_collections() as collect:
            for batch in self._batches((line, pick(cells)) for line, cells in found):
                self._store(batch)
                collect()
                report.seconds = time.monotonic() - started
                self._progress(report.loaded + report.refused, report.seconds)
        report.seconds = time.monotonic() - started
        return report

    def _batches(self, found: Iterator[tuple[int, rows.Cells]]) -> Iterator[list[_Row]]:
        """Yield the rows in batches, none with two rows of one dossier: the later must find the earlier stored."""
        batch: dict[str, _Row] = {}
        try:
            for line, cells in found:
                row = self._row(line, cells)
                if row is None:
                    continue
                if row.number in batch or len(batch) == BATCH:
                    yield list(batch.values())
                    batch = {}
                batch[row.number] = row
        except WrongFile:
            # What was good so far is kept, as it would be had the file ended here.
            if batch:
                yield list(batch.values())
            raise
        if batch:
            yield list(batch.values())

    def _row(self, line: int, cells: rows.Cells) -> _Row | None:
        try:
            number = rows.canonical(cells[0])
        except ValueError as error:
            return self._reject(line, str(error))
        return _Row(line, number, cells, self._digits.fingerprint("\x1f".join(cells)))

    def _store(self, batch: list[_Row]) -> None:
        with self._database.session() as session:
            stored = records.sources(session, [row.number for row in batch])
            fresh = [row for row in batch if stored.get(row.number) != row.source]
            states = [state for row in fresh if (state := self._state(row))]
            written = records.write(session, states, utc_now(), stored) if states else records.Written()
        self._report.unchanged += len(batch) - len(fresh)
        self._report.loaded += len(batch) - len(fresh) + len(states)
        for name, count in vars(written).items():
            setattr(self._report.written, name, getattr(self._report.written, name) + count)

    def _state(self, row: _Row) -> records.State | None:
        try:
            return rows.state(row.number, row.cells, self._digits, row.source)
        except ValueError as error:
            return self._reject(row.line, str(error))

    def _reject(self, line: int, reason: str) -> None:
        self._report.refused += 1
        if len(self._report.rejected) < MOST_KEPT:
            self._report.rejected.append((line, reason))
        self._rejected(line, reason)


@contextmanager
def _rare_collections() -> Iterator[Callable[[], object]]:
    """Let the garbage collector work when it is called alone: by itself it would walk the rows of a batch again and again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield lambda: gc.collect(0)
    finally:
        if was_on:
            gc.enable()


def lines(report: Report, most: int = MOST_KEPT) -> Iterator[str]:
    """Return the report as lines for a terminal, with at most so many of the bad rows."""
    for line, reason in report.rejected[:most]:
        yield f"line {line}: {reason}"
    if report.refused > most:
        yield f"... and {report.refused - most} more"
    done = report.written
    yield f"new {done.new}, changed {done.changed}, corrected {done.corrected}, unchanged {report.unchanged}, older {done.older}"
    yield f"{report.loaded} dossiers loaded, {report.refused} rows rejected"
