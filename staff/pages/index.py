"""The service index for leaders: a page with charts, CSV and Excel, and a feed for the operations centre."""
from __future__ import annotations

import asyncio
import csv
import hmac
import io
from dataclasses import dataclass
from datetime import date
from typing import Any, Iterator, Sequence

import openpyxl
from aiohttp import web

from catalogue.model import in_language
from dossiers.index import GROUPS, SMALLEST, Line, definitions
from staff.console import console, draw, needs, public, words

CHARTS = ("online", "on_time", "supplemented", "paid_online")
"""The shares drawn as bars."""

MOST_BARS = 40
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Asked:
    """What is shown: groups, and the first and last day of filing."""

    by: str
    start: date
    end: date


@needs("read")
async def page(request: web.Request) -> web.StreamResponse:
    asked = _asked(request)
    lines, total = await _read(request, asked)
    return draw(request, "index.html", {
        "asked": asked, "groups": GROUPS, "lines": lines, "total": total, "definitions": definitions(), "charts": CHARTS,
        "smallest": SMALLEST, "most": MOST_BARS, "title": lambda line: _title(request, asked.by, line),
        "say": lambda text: in_language(text, words(request).language)})


@needs("read")
async def as_csv(request: web.Request) -> web.StreamResponse:
    text = io.StringIO()
    csv.writer(text).writerows(await _rows(request))
    return _file(text.getvalue().encode("utf-8-sig"), "text/csv", "index.csv")


@needs("read")
async def as_xlsx(request: web.Request) -> web.StreamResponse:
    book, file = openpyxl.Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    for row in await _rows(request):
        sheet.append(row)
    book.save(file)
    return _file(file.getvalue(), XLSX, "index.xlsx")


@public
async def feed(request: web.Request) -> web.StreamResponse:
    """Answer the operations centre, which shows its token as `Authorization: Bearer ...`; without INDEX_TOKEN there is no feed."""
    token = console(request).index_token
    given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
    if not token or not hmac.compare_digest(given, f"Bearer {token}".encode()):
        return web.json_response({"error": "a valid token is needed: Authorization: Bearer INDEX_TOKEN"}, status=401)
    asked = _asked(request)
    lines, total = await _read(request, asked)
    return web.json_response({
        "version": 1, "by": asked.by, "from": asked.start.isoformat(), "to": asked.end.isoformat(), "smallest": SMALLEST,
        "definitions": definitions(), "total": _data(total), "groups": [{"name": line.name, **_data(line)} for line in lines]})


def _asked(request: web.Request) -> Asked:
    """Return what the address asks for; what is missing or odd becomes this year by level."""
    today = console(request).today()
    by = request.query.get("by", "level")
    start, end = (_day(request.query.get(name, ""), other) for name, other in (("from", date(today.year, 1, 1)), ("to", today)))
    return Asked(by if by in GROUPS else "level", start, end)


def _day(text: str, other: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return other


async def _read(request: web.Request, asked: Asked) -> tuple[Sequence[Line], Line]:
    given = console(request)
    days = asked.start, asked.end, given.today()
    return (await asyncio.to_thread(given.index.table, asked.by, *days), await asyncio.to_thread(given.index.total, *days))


async def _rows(request: web.Request) -> list[list[Any]]:
    """Return the table as rows: a head, the groups, the total, and the definitions below."""
    asked, say = _asked(request), words(request)
    lines, total = await _read(request, asked)
    named = {name: in_language(one["name"], say.language) for name, one in definitions().items()}
    head = [say(f"index.by.{asked.by}")] + [title for name, text in named.items()
                                            for title in ([text, f"{text} (%)"] if "of" in definitions()[name] else [text])]
    body = [[_safe(_title(request, asked.by, line)), *_cells(line)] for line in lines]
    notes = [[named[name], in_language(one["means"], say.language)] for name, one in definitions().items()]
    return [head, *body, [say("index.total"), *_cells(total)], [], *notes, [say("index.suppressed", smallest=SMALLEST)]]


def _cells(line: Line) -> Iterator[Any]:
    for name, one in definitions().items():
        yield getattr(line.figures, name) if line.figures else f"<{SMALLEST}"
        if "of" in one:
            yield line.figures.share(name) if line.figures else ""


def _data(line: Line) -> dict[str, Any]:
    if line.figures is None:
        return {"suppressed": True}
    return {name: {"count": getattr(line.figures, name), **({"percent": line.figures.share(name)} if "of" in one else {})}
            for name, one in definitions().items()}


def _title(request: web.Request, by: str, line: Line) -> str:
    """Return what a group is called in the language of whoever reads."""
    say = words(request)
    if line.name is None:
        return say("index.unknown")
    if by == "level":
        return say(f"index.levels.{line.name}")
    script = console(request).catalogue.get(line.name) if by == "service" else None
    return in_language(script.name, say.language) if script else line.name


def _safe(text: str) -> str:
    """Return a text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t" and text else text


def _file(body: bytes, kind: str, name: str) -> web.Response:
    return web.Response(body=body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
