"""The shape of a workbook of scripts: which sheets it has, and which field of a script stands in which column."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator, Mapping, Sequence

LANGUAGES = ("vi", "en")
"""The languages every script has; further ones that a script has get columns of their own."""


@dataclass(frozen=True)
class Column:
    """One field: `key` is its place in the item; `kind` is how it stands in cells.

    text, loose (a text that may look like a date), texts (one a language), phrases (lines, one cell a language), ids
    (separated by commas), day, number, money, range (two cells), flag (yes, no or empty), choice. Phrases of which there is
    none stand as empty lists, unless they are `optional`.
    """

    key: str
    kind: str
    wide: int = 14
    choices: Sequence[str] = ()
    optional: bool = False


@dataclass(frozen=True)
class Sheet:
    """One kind of fact. `place` is where its items are in a script (empty: the script itself). An item that holds for periods
    has a row for each (`inner`), all of the same number."""

    name: str
    place: str
    columns: Sequence[Column]
    inner: Sequence[Column] = ()


_DAYS = (Column("from", "day"), Column("until", "day"))
_CASES, _SOURCES = Column("cases", "ids", 18), Column("sources", "ids")
_ITEM = (Column("what", "texts", 34), _CASES, _SOURCES)
_NOTE = (Column("text", "texts", 30), Column("ask", "flag", 10), Column("note", "texts", 30))
_LINE = (Column("", "texts", 60), _CASES, *_DAYS, _SOURCES)

SHEETS = (
    Sheet("overview", "", (
        Column("programme", "choice", choices=("project06", "decision422")), Column("number", "number"),
        Column("name", "texts", 40), Column("short", "texts", 24), Column("aliases", "phrases", 30),
        Column("agency", "texts", 40), Column("summary", "texts", 50),
        Column("online.level", "choice", choices=("full", "partial", "none")), Column("online.url", "text", 30),
        Column("online.vneid", "flag"), Column("online.full_for", "ids", 18),
        Column("verified_on", "day"), Column("review_every_days", "number"))),
    Sheet("cases", "cases", (Column("id", "text"), Column("name", "texts", 30), Column("words", "phrases", 40))),
    Sheet("eligibility", "eligibility", _LINE),
    Sheet("documents", "documents", (
        Column("name", "texts", 45), _CASES, Column("when", "texts", 30), Column("form", "text"), Column("note", "texts", 30),
        *_DAYS)),
    Sheet("steps", "steps", _LINE),
    Sheet("place", "place", _LINE),
    Sheet("online", "online.note", _LINE),
    Sheet("fees", "fees", _ITEM, (*_DAYS, Column("amount_vnd", "money"), Column("range_vnd", "range"), *_NOTE)),
    Sheet("duration", "duration", _ITEM, (*_DAYS, Column("working_days", "number"), *_NOTE)),
    Sheet("deadline", "deadline", _LINE),
    Sheet("result", "result", _LINE),
    Sheet("legal_basis", "legal_basis", (Column("", "texts", 70), *_DAYS)),
    Sheet("faq", "faq", (
        Column("q", "texts", 40), Column("a", "texts", 60), Column("words", "phrases", 30, optional=True), *_DAYS)),
    Sheet("related", "related", (Column("service", "text", 24), Column("label", "texts", 24))),
    Sheet("sources", "sources", (
        Column("id", "text", 8), Column("title", "text", 50), Column("url", "text", 40), Column("date", "loose"),
        Column("secondary", "flag"), Column("supports", "text", 40))),
    Sheet("uncertain", "uncertain", (Column("", "line", 90),)),
)

FIRST = 3
"""The first row of a sheet with facts."""

MOST_ROWS, MOST_COLUMNS = 5_000, 60
"""Rows and columns that are read of a sheet."""

OPTIONAL = ("related",)
"""Lists a script need not have."""


def cells(column: Column, languages: Sequence[str]) -> list[str]:
    """Return the keys of the cells a column stands in: `name.vi`, `name.en`; `range_vnd.0`, `range_vnd.1`; or itself."""
    if column.kind in ("texts", "phrases"):
        return [f"{column.key}.{code}".lstrip(".") for code in languages]
    if column.kind == "range":
        return [f"{column.key}.0", f"{column.key}.1"]
    return [column.key or "text"]


def columns(sheet: Sheet, languages: Sequence[str]) -> list[tuple[Column, str]]:
    """Return a sheet's columns, one for each cell of a row, with the key of the cell."""
    return [(column, key) for column in (*sheet.columns, *sheet.inner) for key in cells(column, languages)]


def languages_in(sheet: Sheet, keys: Sequence[str]) -> list[str]:
    """Return the languages whose columns are among the keys, and those that have to be."""
    first = next((column for column in sheet.columns if column.kind == "texts"), None)
    if first is None:
        return []
    known = {"", "script", "revision", "no", *(column.key for column in (*sheet.columns, *sheet.inner))}
    found = ([key[len(first.key) + 1:] for key in keys if key.startswith(f"{first.key}.")] if first.key
             else [key for key in keys if key not in known and len(key) <= 3])
    return list(dict.fromkeys([*LANGUAGES, *found]))


def languages_of(contents: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the languages that any of the scripts has, those that all have first."""
    found = dict.fromkeys(LANGUAGES)
    for content in contents:
        found |= dict.fromkeys(_codes(content))
    return list(found)


def at(content: Any, place: str) -> Any:
    """Return what stands at a place of a script, None if nothing does."""
    for part in place.split(".") if place else ():
        content = content.get(part) if isinstance(content, Mapping) else None
    return content


def put(content: dict[str, Any], place: str, value: Any) -> None:
    """Set what stands at a place of a script."""
    *parents, last = place.split(".")
    for part in parents:
        content = content.setdefault(part, {})
    content[last] = value


def _codes(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if set(LANGUAGES) <= node.keys():
            yield from (key for key in node if len(key) <= 3)
        for value in node.values():
            yield from _codes(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _codes(value)
