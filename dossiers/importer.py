"""Import dossiers from CSV: every bad row is reported with its line and reason, the others are loaded."""
from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Iterable, Iterator, Mapping, TextIO

from dossiers import numbers, statuses
from dossiers.digits import Digits
from dossiers.tables import DossierRow
from store.base import VIETNAM, utc_now
from store.database import Database

COLUMNS = {
    "number": "the dossier number, in any spelling the bot recognises",
    "service": "a service id; may be empty",
    "status": "a code from 1 to 10, or the portal's Vietnamese name of the status",
    "office": "the office that has the dossier now",
    "filed_on": "YYYY-MM-DD or DD/MM/YYYY",
    "due_on": "the appointed day, like filed_on; may be empty",
    "changed_at": "YYYY-MM-DD HH:MM in Vietnam's time, when the status last changed; empty: now",
    "note": "what the office tells the applicant, such as the papers that are missing; may be empty",
    "phone_last4": "the last four digits of the applicant's phone",
    "id_last4": "the last four digits of the applicant's personal id; one of the two is needed",
}
"""The columns of the file and what they hold; `python -m dossiers import --help` and the README print them."""

BATCH = 1_000
UNREADABLE = "\ufffd"
"""Stands where a sign could not be read, here and in files that came from elsewhere."""
NOT_TEXT = "the file is not UTF-8 text; save it as CSV UTF-8"


class WrongFile(ValueError):
    """The file as a whole cannot be read; the message says why."""


@dataclass
class Report:
    """What became of a file: rows loaded, and the bad ones as (line, reason)."""

    loaded: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


def load(file: TextIO, database: Database, digits: Digits) -> Report:
    """Read dossiers from CSV text and store them, new or changed. Raises `WrongFile`."""
    # Strict: a quote that is never closed would otherwise swallow the rows after it in silence.
    reader = csv.DictReader((line.replace("\0", UNREADABLE) for line in file), strict=True)
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    except UnicodeDecodeError as error:
        raise WrongFile(NOT_TEXT) from error
    except csv.Error as error:
        raise WrongFile(f"the first line cannot be read: {error}") from error
    if missing:
        raise WrongFile(f"columns missing in the first line: {', '.join(missing)}")
    report = Report()
    rows = _rows(reader, digits, report)
    while batch := list(islice(rows, BATCH)):
        with database.session() as session:
            for row in batch:
                session.merge(row)
        report.loaded += len(batch)
    return report


def _rows(reader: csv.DictReader, digits: Digits, report: Report) -> Iterator[DossierRow]:
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError) as error:
            report.rejected.append((reader.line_num, f"cannot be read: {error}"))
            if isinstance(error, UnicodeDecodeError):
                raise WrongFile(NOT_TEXT) from error
            continue
        try:
            yield _row(record, digits)
        except ValueError as error:
            report.rejected.append((reader.line_num, str(error)))


def _row(record: Mapping[str | None, Any], digits: Digits) -> DossierRow:
    if record.get(None):
        raise ValueError("has more cells than columns; put a text with commas in quotes")
    cells = {column: (record.get(column) or "").strip() for column in COLUMNS}
    for column, text in cells.items():
        if UNREADABLE in text:
            raise ValueError(f"{column}: holds signs that cannot be read")
    found = numbers.find(cells["number"])
    if len(found) != 1:
        raise ValueError(f"number: {cells['number']!r} is not a dossier number")
    if not re.fullmatch(r"(?:[a-z][a-z0-9_]{2,31})?", cells["service"]):
        raise ValueError(f"service: {cells['service']!r} is not a service id")
    status = statuses.parse(cells["status"])
    if status is None:
        raise ValueError(f"status: {cells['status']!r} is neither a code from 1 to 10 nor a status name")
    if not cells["office"]:
        raise ValueError("office: is empty")
    hashes = {column: _hash(column, cells[column], found[0].canonical, digits) for column in ("phone_last4", "id_last4")}
    if not any(hashes.values()):
        raise ValueError("phone_last4, id_last4: one of the two is needed")
    return DossierRow(
        number=found[0].canonical, service=cells["service"] or None, status=status.code, office=cells["office"][:200],
        filed_on=_day("filed_on", cells["filed_on"]), due_on=_day("due_on", cells["due_on"]) if cells["due_on"] else None,
        changed_at=_moment(cells["changed_at"]), note=cells["note"],
        phone_hash=hashes["phone_last4"], id_hash=hashes["id_last4"])


def _hash(column: str, text: str, number: str, digits: Digits) -> str | None:
    if not text:
        return None
    if len(text) != 4 or not text.isascii() or not text.isdigit():
        raise ValueError(f"{column}: must be exactly four digits")
    return digits.hash(number, text)


def _day(column: str, text: str) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise ValueError(f"{column}: {text!r} is not a day like 2026-11-05 or 05/11/2026")


def _moment(text: str) -> datetime:
    if not text:
        return utc_now()
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M") - VIETNAM
    except ValueError:
        raise ValueError(f"changed_at: {text!r} is not a moment like 2026-11-05 14:30") from None


def lines(report: Report) -> Iterable[str]:
    """Return the report as lines for a terminal."""
    for line, reason in report.rejected:
        yield f"line {line}: {reason}"
    yield f"{report.loaded} dossiers loaded, {len(report.rejected)} rows rejected"
