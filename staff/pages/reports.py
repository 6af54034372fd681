"""Reports: what citizens asked and how it ended, over a period or a month, as a page, a CSV file or a workbook."""
from __future__ import annotations

import asyncio
import calendar
import csv
import io
from datetime import date, timedelta
from typing import Any, Iterator

from aiohttp import web
from openpyxl import Workbook

from answers.words import Words
from conversations.reports import ENDINGS, Report
from staff import charts
from staff.console import console, draw, needs, words
from staff.pages.scripts import day_of, title_of

LONGEST, USUAL = timedelta(days=366), timedelta(days=29)
"""Of a period; and without one asked for, it is this long and ends today."""

YEARS = range(2020, 2100)
"""The years there can be reports of."""

SHOWN = ("answered", "clarified", "fallback", "handed_over")
"""The endings of the chart, from below."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs("read")
async def page(request: web.Request) -> web.StreamResponse:
    since, until, wrong = _period(request)
    return await _draw(request, "reports.html", since, until, {"wrong": wrong})


@needs("read")
async def month(request: web.Request) -> web.StreamResponse:
    """A calendar month on paper: the present one so far, unless another is asked for."""
    today = console(request).today()
    asked = day_of(f"{request.query.get('month', '')}-01")
    first = asked if asked and asked.year in YEARS else today.replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return await _draw(request, "month.html", first, last, {"month": first, "today": today})


@needs("read")
async def export(request: web.Request) -> web.StreamResponse:
    since, until, _ = _period(request)
    report = await asyncio.to_thread(console(request).reports.over, since, until)
    rows = list(_rows(request, report))
    kind = "xlsx" if request.query.get("as") == "xlsx" else "csv"
    body = await asyncio.to_thread(_workbook if kind == "xlsx" else _csv, rows, words(request))
    return web.Response(body=body, headers={
        "Content-Type": XLSX if kind == "xlsx" else "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="bao-cao-{since}-{until}.{kind}"'})


async def _draw(request: web.Request, template: str, since: date, until: date, more: dict[str, Any]) -> web.Response:
    report = await asyncio.to_thread(console(request).reports.over, since, until)
    names = _names(request)
    return draw(request, template, {
        "report": report, "chart": charts.columns(report.days, SHOWN), "shown": SHOWN, "share": charts.share, "size": charts,
        "name": lambda group, value: names[group].get(value, value), "count": _number, "some": [
            day for day, counts in report.days.items() if any(counts.values())], **more})


def _period(request: web.Request) -> tuple[date, date, bool]:
    """Return the period asked for, and whether it had to be another one than was typed."""
    today, asked = console(request).today(), request.query
    until, since = day_of(asked.get("until", "")), day_of(asked.get("since", ""))
    right = until is not None and since is not None and timedelta(0) <= until - since < LONGEST and since.year in YEARS
    return (since, until, False) if right else (today - USUAL, today, bool(asked.get("until") or asked.get("since")))


def _names(request: web.Request) -> dict[str, dict[str, str]]:
    """Return what people read for the names in a report."""
    said = words(request)
    bot = Words(said.language)
    live = {script: title_of(content, said.language, script) for script, (_, content) in console(request).revisions.live().items()}
    return {"services": live, "aspects": bot.get("aspects"), "languages": said.get("languages"), "channels": said.get("channels"),
            "endings": said.get("endings"), "lookups": said.get("lookups")}


def _rows(request: web.Request, report: Report) -> Iterator[tuple[str, str, int, float | None]]:
    """Yield the report as rows: group, name, count, share of the questions in hundredths."""
    names, said = _names(request), words(request)
    for group in ("endings", "services", "aspects", "languages", "channels", "lookups"):
        for name, count in getattr(report, group).items():
            yield said(f"reports.{group}"), names[group].get(name, name), count, charts.share(count, report.questions)
    for name, count in (("helped", report.helped), ("not_helped", report.not_helped)):
        yield said("reports.ratings"), said(f"reports.{name}"), count, charts.share(count, report.rated)
    for day, counts in report.days.items():
        for ending in ENDINGS:
            yield f"{said('reports.day')} {day.isoformat()}", names["endings"][ending], counts.get(ending, 0), None
    for text, count in report.unanswered:
        yield said("reports.unanswered"), text, count, None


def _csv(rows: list[tuple[str, str, int, float | None]], said: Words) -> bytes:
    held = io.StringIO()
    made = csv.writer(held)
    made.writerow(said.get("reports.columns"))
    # A text that a spreadsheet would count with is marked as text; the mark for UTF-8 is for Excel.
    made.writerows([group, f"'{name}" if name[:1] in tuple("=+-@\t") else name, count, "" if part is None else part]
                   for group, name, count, part in rows)
    return held.getvalue().encode("utf-8-sig")


def _workbook(rows: list[tuple[str, str, int, float | None]], said: Words) -> bytes:
    book = Workbook(write_only=False)
    made = book.active
    made.title = said("reports.title")[:31]
    made.append(said.get("reports.columns"))
    for group, name, count, part in rows:
        made.append([group, None, count, part])
        cell = made.cell(made.max_row, 2)
        cell.value, cell.data_type, cell.quotePrefix = name, "s", name[:1] in tuple("=+-@\t")
    for letter, wide in (("A", 30), ("B", 60), ("C", 12), ("D", 14)):
        made.column_dimensions[letter].width = wide
    made.freeze_panes, made.auto_filter.ref = "A2", made.dimensions
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def _number(value: int) -> str:
    return f"{value:,}".replace(",", ".")
