"""The rows of a file of dossiers, CSV or Excel, one at a time: memory does not grow with the file."""
from __future__ import annotations

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterator, TextIO

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

UNREADABLE = "\ufffd"
"""Stands where a sign could not be read, here and in files that came from elsewhere."""

NOT_TEXT = "the file is not UTF-8 text; save it as CSV UTF-8"
MOST_UNPACKED = 4 * 1024 ** 3
"""Bytes a workbook may unfold into: some five times what a full sheet of dossiers takes."""

Reject = Callable[[int, str], None]
Row = tuple[int, list[str]]
"""The line of a row in its file, and its cells; the first row has the names of the columns."""


class WrongFile(ValueError):
    """The file as a whole cannot be read; the message says why."""


def read(path: Path, reject: Reject) -> Iterator[Row]:
    """Yield the rows of a file by its ending. Raises `WrongFile` and OSError."""
    if path.suffix.lower() == ".xlsx":
        with path.open("rb") as file:
            yield from workbook(file, reject)
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from text(file, reject)


def text(file: TextIO, reject: Reject) -> Iterator[Row]:
    """Yield the rows of a CSV text; a row that cannot be read is rejected. Raises `WrongFile`."""
    # Strict: a quote that is never closed would otherwise swallow the rows after it in silence.
    reader = csv.reader((line.replace("\0", UNREADABLE) for line in file), strict=True)
    try:
        names = next(reader, [])
    except UnicodeDecodeError as error:
        raise WrongFile(NOT_TEXT) from error
    except csv.Error as error:
        raise WrongFile(f"the first line cannot be read: {error}") from error
    yield 1, names
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            reject(reader.line_num, f"cannot be read: {error}")
            raise WrongFile(NOT_TEXT) from error
        except csv.Error as error:
            reject(reader.line_num, f"cannot be read: {error}")
            continue
        if _fits(reader.line_num, names, cells, reject):
            yield reader.line_num, cells


def workbook(file: BinaryIO, reject: Reject) -> Iterator[Row]:
    """Yield the rows of a workbook's first sheet. Raises `WrongFile`."""
    book = _opened(file)
    try:
        sheet = book.worksheets[0]
        # What a program wrote of the sheet's size may be wrong, and then rows would be missing.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(values_only=True)
        names = [_cell(value) for value in next(rows, ())]
        yield 1, names
        for line, values in enumerate(rows, 2):
            cells = [_cell(value) for value in values]
            if _fits(line, names, cells, reject):
                yield line, cells
    except (KeyError, ValueError, SyntaxError, zipfile.BadZipFile) as error:
        raise WrongFile(f"the workbook cannot be read: {type(error).__name__}") from error
    finally:
        book.close()


def _fits(line: int, names: list[str], cells: list[str], reject: Reject) -> bool:
    """Tell whether a row is one to read; an empty row is passed over, one with too many cells is rejected."""
    if len(cells) > len(names) and any(cells[len(names):]):
        reject(line, "has more cells than columns; put a text with commas in quotes")
        return False
    return any(cells)


def _opened(file: BinaryIO) -> openpyxl.Workbook:
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise WrongFile("the workbook unfolds into more than a sheet can hold; save it as CSV UTF-8")
        file.seek(0)
        return openpyxl.load_workbook(file, read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        if isinstance(error, WrongFile):
            raise
        raise WrongFile("the file is no Excel workbook (.xlsx)") from error


def _cell(value: Any) -> str:
    """Return a cell as it would stand in a CSV file; Excel keeps days and numbers in forms of its own."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}" if (value.hour or value.minute) else f"{value:%Y-%m-%d}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
