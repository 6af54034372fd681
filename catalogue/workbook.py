"""Scripts as an Excel workbook that officials can pass around; `catalogue.workbook_reading` reads it back without loss.

The first row of each sheet is hidden and holds the names by which the columns are found again; the second is the heading
people read. `catalogue.sheets` says what stands where.
"""
from __future__ import annotations

import io
from datetime import date
from typing import Any, Callable, Iterator, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from catalogue.cells import NO, YES
from catalogue.sheets import FIRST, MOST_ROWS, SHEETS, Column, Sheet, at, columns, languages_of

LONGEST = 32_767
"""Characters an Excel cell holds."""

_HEADING, _PLACE = PatternFill("solid", fgColor="DFF2E6"), PatternFill("solid", fgColor="F3F5F7")
_FORMATS = {"day": "dd/mm/yyyy", "money": "#,##0", "range": "#,##0", "number": "0"}

_LIST_HEIGHT = 120
"""In points, of a row whose cells hold lists."""

Label = Callable[[str], str]
"""What people read for a name: of a sheet (`fees`), of a column (`what`), of a language (`vi`), or `note.ids`; "" for none."""


class TooLong(ValueError):
    """A text is longer than an Excel cell may be; the message says where."""


def write(scripts: Mapping[str, tuple[int, Mapping[str, Any]]], label: Label, guide: Sequence[str] = ()) -> bytes:
    """Return a workbook of scripts (by id: revision and content). Raises `TooLong`."""
    book = Workbook()
    _guide(book.active, guide, label)
    languages = languages_of([content for _, content in scripts.values()])
    for sheet in SHEETS:
        made = book.create_sheet(_title(label(sheet.name)))
        keys = ["script", "revision" if not sheet.place else "no", *(key for _, key in columns(sheet, languages))]
        _heading(made, sheet, keys, languages, label)
        row = FIRST
        for script, (revision, content) in scripts.items():
            for number, values in _rows(sheet, content, languages):
                _row(made, row, [script, number if sheet.place else revision, *values], sheet, languages)
                row += 1
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _rows(sheet: Sheet, content: Mapping[str, Any], languages: Sequence[str]) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows a script has on a sheet: the item's number and the value of each cell."""
    items = [content] if not sheet.place else at(content, sheet.place) or ()
    for number, item in enumerate(items, 1):
        own = [value for column in sheet.columns for value in _values(column, item, languages)]
        for period in item.get("periods") or ({},) if sheet.inner else (None,):
            yield number, [*own, *(value for column in sheet.inner for value in _values(column, period, languages))]


def _values(column: Column, item: Any, languages: Sequence[str]) -> list[Any]:
    held = at(item, column.key) if isinstance(item, Mapping) else item
    if column.kind == "texts":
        return [(held or {}).get(code) for code in languages]
    if column.kind == "phrases":
        return ["\n".join((held or {}).get(code) or ()) or None for code in languages]
    if column.kind == "range":
        return [*(held or ()), None, None][:2]
    if column.kind == "ids":
        return [", ".join(held) if held else None]
    if column.kind == "flag":
        return [{True: YES[0], False: NO[0]}.get(held)]
    return [date.fromisoformat(held) if column.kind == "day" and held and _is_day(held) else held]


def _row(made: Worksheet, row: int, values: Sequence[Any], sheet: Sheet, languages: Sequence[str]) -> None:
    kinds = ["text", "number", *(column.kind for column, _ in columns(sheet, languages))]
    for place, (value, kind) in enumerate(zip(values, kinds, strict=True), 1):
        cell = made.cell(row, place)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
        cell.number_format = _FORMATS.get(kind, "@")
        if isinstance(value, str):
            _text(cell, value)
        else:
            cell.value = value
        if place <= 2:
            cell.fill = _PLACE
    if "phrases" in kinds:
        # A hundred words one below the other would fill the screen with one row.
        made.row_dimensions[row].height = _LIST_HEIGHT


def _text(cell: Cell, text: str) -> None:
    """Write a text that stays a text: Excel would count with one that begins with =, + or @."""
    if len(text) > LONGEST:
        raise TooLong(f"{cell.parent.title} {cell.coordinate}")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in tuple("=+-@\t")


def _heading(made: Worksheet, sheet: Sheet, keys: Sequence[str], languages: Sequence[str], label: Label) -> None:
    known = {key: column for column, key in columns(sheet, languages)}
    for place, key in enumerate(keys, 1):
        name, heading = made.cell(1, place), made.cell(2, place)
        name.value, heading.value = f"{sheet.name}:{key}" if place == 1 else key, _label(key, known.get(key), label)
        heading.font, heading.fill, heading.alignment = Font(bold=True), _HEADING, Alignment(vertical="top", wrap_text=True)
        note = label(f"note.{known[key].kind if key in known else key}")
        if note:
            heading.comment = Comment(note, "", width=320, height=90)
        made.column_dimensions[get_column_letter(place)].width = known[key].wide if key in known else (22 if place == 1 else 6)
        if key in known and known[key].choices:
            allowed = DataValidation("list", formula1=f'"{",".join(known[key].choices)}"', allow_blank=True)
            allowed.add(f"{get_column_letter(place)}{FIRST}:{get_column_letter(place)}{MOST_ROWS}")
            made.add_data_validation(allowed)
    made.row_dimensions[1].hidden = True
    made.freeze_panes = made.cell(FIRST, 3)


def _label(key: str, column: Column | None, label: Label) -> str:
    if column is None:
        return label(key)
    part = key[len(column.key):].strip(".") if column.kind in ("texts", "phrases", "range") else ""
    name = label(column.key.rsplit(".", 1)[-1]) if column.key else label("text")
    return f"{name} ({label(part)})" if part else name


def _guide(made: Worksheet, lines: Sequence[str], label: Label) -> None:
    made.title = _title(label("guide"))
    for row, line in enumerate(lines, 1):
        _text(made.cell(row, 1), line)
        made.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    made.column_dimensions["A"].width = 110


def _title(text: str) -> str:
    return "".join(letter for letter in text if letter not in "[]:*?/\\")[:31]


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False
