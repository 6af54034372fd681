"""Reading a workbook of scripts back, as `catalogue.workbook` writes it, with every mistake named by sheet, row and column."""
from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any, Mapping, Sequence

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from catalogue import packed
from catalogue.cells import WrongCell, parse
from catalogue.sheets import FIRST, MOST_COLUMNS, MOST_ROWS, OPTIONAL, SHEETS, Column, Sheet, cells, columns, languages_in, put


@dataclass(frozen=True)
class Mistake:
    """Something in an upload that is not right: where, which rule it breaks, and in which field of the script."""

    sheet: str
    row: int | None
    column: str
    rule: str
    limit: Any = None
    message: str = ""
    field: str = ""


@dataclass
class Reading:
    """What a workbook says: scripts by id, the revision each was written from, mistakes, and in which cell each field is."""

    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    revisions: dict[str, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    places: dict[tuple[str, str], tuple[str, int | None, str]] = field(default_factory=dict)

    def locate(self, script: str, place: str) -> tuple[str, int | None, str]:
        """Return sheet, row and column of a field, or of the nearest field around it."""
        while place and (script, place) not in self.places:
            place = place.rpartition(".")[0]
        return self.places.get((script, place), ("", None, ""))


def read(data: bytes, before: Mapping[str, Mapping[str, Any]]) -> Reading:
    """Return what a workbook says; `before` are the scripts there are, by id. Raises `packed.Unreadable`."""
    packed.unpack(data).close()
    reading = Reading()
    try:
        book = load_workbook(io.BytesIO(data), read_only=True)
        found = {name: sheet for sheet in book.worksheets if (name := _name(sheet))}
        missing = [sheet.name for sheet in SHEETS if sheet.name not in found]
        reading.mistakes += [Mistake("", None, "", "missing_sheet", name) for name in missing]
        for sheet in () if missing else SHEETS:
            _read_sheet(reading, sheet, found[sheet.name], before)
    except Exception as error:
        # A damaged workbook makes the library fail in any way there is.
        raise packed.Unreadable("damaged", type(error).__name__) from error
    for name, content in reading.contents.items():
        reading.contents[name] = _as_before(before.get(name), content)
    return reading


def _name(made: Worksheet) -> str | None:
    """Return which of our sheets this is, by its hidden first cell; None for a sheet of somebody else's."""
    made.reset_dimensions()
    first = next(iter(made.iter_rows(min_row=1, max_row=1, max_col=1, values_only=True)), (None,))
    name = str(first[0] if first else "").partition(":")[0]
    return name if name in [sheet.name for sheet in SHEETS] else None


def _read_sheet(reading: Reading, sheet: Sheet, made: Worksheet, before: Mapping[str, Any]) -> None:
    rows = list(made.iter_rows(min_row=1, max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS))
    if len(rows) > MOST_ROWS:
        reading.mistakes.append(Mistake(made.title, MOST_ROWS, "", "too_many_rows", MOST_ROWS))
        return
    keys = [str(cell.value or "") for cell in rows[0]]
    keys[0] = keys[0].partition(":")[2]
    languages = languages_in(sheet, keys)
    wanted = ["script", *(["no"] if sheet.place else []), *(key for _, key in columns(sheet, languages))]
    missing = [key for key in wanted if key not in keys]
    reading.mistakes += [Mistake(made.title, 1, "", "missing_column", key) for key in missing]
    if missing:
        return
    given = [_Row(made.title, number, {key: cell for key, cell in zip(keys, row) if key}, keys, languages)
             for number, row in enumerate(rows[FIRST - 1:], FIRST) if any(cell.value not in (None, "") for cell in row)]
    if sheet.place:
        _read_items(reading, sheet, given)
    else:
        _read_scripts(reading, sheet, given, before)


@dataclass
class _Row:
    """One row of a sheet: its cells by the name of their column."""

    sheet: str
    number: int
    cells: Mapping[str, Any]
    keys: Sequence[str]
    languages: Sequence[str]

    def value(self, key: str) -> Any:
        held = self.cells[key].value if key in self.cells else None
        return (held.strip() or None) if isinstance(held, str) else held

    def at(self, key: str) -> tuple[str, int, str]:
        return self.sheet, self.number, get_column_letter(self.keys.index(key) + 1)

    def read(self, reading: Reading, column: Column, script: str, place: str) -> Any:
        """Return a field's value, None when its cells are empty; a cell that will not do is told and left out."""
        found = []
        for key in cells(column, self.languages):
            where = self.at(key)
            part = key[len(column.key):].strip(".") if column.kind in ("texts", "phrases", "range") else ""
            reading.places[script, ".".join(filter(None, (place, column.key, part)))] = where
            reading.places.setdefault((script, ".".join(filter(None, (place, column.key)))), where)
            try:
                if getattr(self.cells[key], "data_type", "") == "f":
                    raise WrongCell("formula")
                found.append((part, parse(self.value(key), column.kind)))
            except WrongCell as wrong:
                reading.mistakes.append(Mistake(*where, wrong.rule, str(self.value(key))[:60]))
        return _joined(column.kind, found)


def _joined(kind: str, found: Sequence[tuple[str, Any]]) -> Any:
    if kind == "texts":
        return {part: value for part, value in found if value is not None} or None
    if kind == "phrases":
        return {part: value for part, value in found if value or part in ("vi", "en")}
    if kind == "range":
        return [value for _, value in found if value is not None] or None
    return found[0][1] if found else None


def _read_scripts(reading: Reading, sheet: Sheet, rows: Sequence[_Row], before: Mapping[str, Any]) -> None:
    for row in rows:
        script = str(row.value("script") or "")
        if script not in before or script in reading.contents:
            rule = "same_script" if script in reading.contents else "unknown_script" if script else "no_script"
            reading.mistakes.append(Mistake(*row.at("script"), rule, script))
            continue
        content: dict[str, Any] = {"id": script}
        reading.places[script, "id"] = row.at("script")
        for column in sheet.columns:
            value = row.read(reading, column, script, "")
            if value is not None:
                put(content, column.key, value)
        for other in SHEETS[1:]:
            if other.place not in OPTIONAL:
                put(content, other.place, [])
        revision = row.value("revision")
        reading.revisions[script] = revision if isinstance(revision, int) else 0
        reading.contents[script] = content


def _read_items(reading: Reading, sheet: Sheet, rows: Sequence[_Row]) -> None:
    for script, mine in _by_script(reading, rows).items():
        items: list[Any] = []
        for group in _grouped(sheet, mine, reading):
            place = f"{sheet.place}.{len(items)}"
            item = _item(reading, sheet.columns, group[0], script, place)
            if sheet.inner:
                _same(reading, sheet, group)
                item["periods"] = [_item(reading, sheet.inner, row, script, f"{place}.periods.{number}")
                                   for number, row in enumerate(group)]
            items.append(item)
        put(reading.contents[script], sheet.place, items)


def _item(reading: Reading, parts: Sequence[Column], row: _Row, script: str, place: str) -> Any:
    reading.places[script, place] = row.at("no")
    if parts[0].kind == "line":
        return row.read(reading, parts[0], script, place) or ""
    item: dict[str, Any] = {}
    for column in parts:
        value = row.read(reading, column, script, place)
        if column.optional and not any((value or {}).values()):
            continue
        # A line is its texts, beside which its cases and days stand.
        item |= (value or {}) if not column.key else {} if value is None else {column.key: value}
    return item


def _by_script(reading: Reading, rows: Sequence[_Row]) -> dict[str, list[_Row]]:
    """Return the rows of each script in the order of their numbers; a row without one stays below the row above it."""
    found: dict[str, list[tuple[float, _Row]]] = {}
    for row in rows:
        script, given = str(row.value("script") or ""), row.value("no")
        if script not in reading.contents:
            rule = "not_in_overview" if script else "no_script"
            reading.mistakes.append(Mistake(*row.at("script"), rule, script))
            continue
        above = found.setdefault(script, [])
        if given is not None and (isinstance(given, bool) or not isinstance(given, (int, float))):
            reading.mistakes.append(Mistake(*row.at("no"), "number_wanted", str(given)[:60]))
            given = None
        above.append((given if given is not None else above[-1][0] if above else 0, row))
    return {script: [row for _, row in sorted(numbered, key=lambda one: one[0])] for script, numbered in found.items()}


def _grouped(sheet: Sheet, rows: Sequence[_Row], reading: Reading) -> list[list[_Row]]:
    """Return the rows of each item: one, or for an item with periods all of its number."""
    groups: list[list[_Row]] = []
    for row in rows:
        number = row.value("no")
        same = groups and sheet.inner and (
            number == groups[-1][0].value("no") if number is not None else not any(row.value(key) for key in _own(sheet, row)))
        if same:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _own(sheet: Sheet, row: _Row) -> list[str]:
    return [key for column in sheet.columns for key in cells(column, row.languages)]


def _same(reading: Reading, sheet: Sheet, group: Sequence[_Row]) -> None:
    """Tell where rows of one item disagree on what it is; an empty cell agrees."""
    for row in group[1:]:
        for key in _own(sheet, row):
            if row.value(key) not in (None, group[0].value(key)):
                reading.mistakes.append(Mistake(*row.at(key), "differs", group[0].number))


def _as_before(before: Any, after: Any) -> Any:
    """Return what was read with what a cell cannot tell apart (nothing, an empty list, a null) and the order of before."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        empty = {key: value for key, value in before.items() if key not in after and value in (None, [])}
        merged = {key: _as_before(before.get(key), value) for key, value in after.items()} | empty
        order = dict.fromkeys([*(key for key in before if key in merged), *merged])
        return {key: merged[key] for key in order}
    if isinstance(before, list) and isinstance(after, list):
        return [_as_before(before[number] if number < len(before) else None, item) for number, item in enumerate(after)]
    return after
