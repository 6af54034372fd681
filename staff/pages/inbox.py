"""The agents' inbox: who waits, a conversation with a citizen, and the working hours."""
from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date

from aiohttp import web

from answers import procedure
from answers.sections import SECTIONS
from answers.words import Words
from catalogue.model import Script
from conversations.hours import DAYS
from conversations.tables import HandoverRow
from staff.console import account, console, draw, form, go, needs, words
from staff.desk import LONGEST, DeskRefused

_NAME = 120


@dataclass(frozen=True)
class Waiting:
    """A conversation in the list; `minutes` is how long it waits, `level` how bad that is: fine, long or late."""

    id: int
    channel: str
    language: str
    kind: str
    minutes: int
    level: str


@needs("inbox")
async def listing(request: web.Request) -> web.StreamResponse:
    """Who waits, the longest wait first. Administrators see it too, to send somebody."""
    desk = console(request).desk
    found = await asyncio.to_thread(desk.inbox)
    return draw(request, "inbox.html", {
        "waiting": [_waiting(request, row) for row in found["waiting"]], "later": found["later"], "closed": found["closed"],
        "mine": [row for row in found["taken"] if row.agent == account(request).name],
        "others": [row for row in found["taken"] if row.agent != account(request).name],
        "open": await asyncio.to_thread(desk.hours.open), "may_talk": "talk" in account(request).permissions})


@needs("talk")
async def show(request: web.Request) -> web.StreamResponse:
    return await _conversation(request, "")


@needs("talk")
async def act(request: web.Request) -> web.StreamResponse:
    """Take a conversation, write, send a card, give it back, or close it, as the button says."""
    posted, given, me = await form(request), console(request), account(request)
    handover, order, text = _number(request), str(posted.get("do", "")), str(posted.get("text", ""))
    try:
        if order == "take":
            await asyncio.to_thread(given.desk.take, handover, me.name, me.full_name)
        elif order == "write":
            await asyncio.to_thread(given.desk.write, handover, me.name, me.full_name, text)
        elif order == "card":
            return await _send_card(request, handover, str(posted.get("service", "")), str(posted.get("aspect", "")))
        elif order == "release":
            await asyncio.to_thread(given.desk.release, handover, me.name)
        elif order == "close":
            await asyncio.to_thread(given.desk.close, handover, me.name)
    except DeskRefused as refused:
        # What was written stays in the form.
        return await _conversation(request, text, f"desk_{refused.name}", 409)
    told = {"release": "desk_released", "close": "desk_closed_now"}
    return go("/inbox", told[order]) if order in told else go(f"/inbox/{handover}", anchor="write")


@needs("read")
async def hours(request: web.Request) -> web.StreamResponse:
    """The table of working hours, the public holidays, and the days closed besides."""
    desk, language = console(request).desk, words(request).language
    return draw(request, "hours.html", {
        "week": [(day, desk.hours.week[day]) for day in DAYS], "days": await asyncio.to_thread(desk.hours.closed_days, language),
        "open": await asyncio.to_thread(desk.hours.open), "next_open": await asyncio.to_thread(desk.hours.next_open),
        "weekdays": Words(language).get("formats.weekdays"), "may_change": "accounts" in account(request).permissions})


@needs("accounts")
async def change_hours(request: web.Request) -> web.StreamResponse:
    """Close a day, or take that back."""
    posted, given = await form(request), console(request)
    name, order = str(posted.get("name", "")).strip()[:_NAME], str(posted.get("do", ""))
    try:
        day = date.fromisoformat(str(posted.get("day", "")))
    except ValueError:
        return go("/hours", "day_unknown")
    if order == "close" and not name:
        return go("/hours", "day_reason")
    done = await asyncio.to_thread(given.desk.hours.close, day, name, account(request).name) if order == "close" else \
        await asyncio.to_thread(given.desk.hours.reopen, day)
    if done:
        given.audit.add(account(request).name, "day closed" if order == "close" else "day reopened", day.isoformat(), "", name)
    return go("/hours", "saved" if done else "day_same")


async def _conversation(request: web.Request, text: str, said: str = "", status: int = 200) -> web.Response:
    given, me = console(request), account(request)
    found = await asyncio.to_thread(given.desk.shown, _number(request), me.name)
    if found is None:
        raise web.HTTPNotFound
    row, lines = found
    language = words(request).language
    scripts = [(script.id, procedure.name(script, language)) for script in given.catalogue.scripts().values()]
    return draw(request, "conversation.html", {
        "row": row, "lines": [(line, given.desk.in_words(line, language)) for line in lines],
        "mine": row.state == "taken" and row.agent == me.name,
        "waits": _waiting(request, row) if row.state == "waiting" else None, "written": text, "longest": LONGEST,
        "scripts": scripts, "aspects": list(SECTIONS), "bot": Words(language), **({"said": said} if said else {})}, status)


async def _send_card(request: web.Request, handover: int, service: str, aspect: str) -> web.StreamResponse:
    """Send the live answer about a service, in the citizen's language."""
    given, me = console(request), account(request)
    script = given.catalogue.get(service)
    found = await asyncio.to_thread(given.desk.shown, handover, me.name)
    if found is None or not isinstance(script, Script) or aspect not in SECTIONS:
        return go(f"/inbox/{handover}", "desk_card_unknown")
    answer = procedure.answer(script, [aspect], given.today(), found[0].language, None)
    await asyncio.to_thread(given.desk.card, handover, me.name, me.full_name, answer)
    return go(f"/inbox/{handover}", anchor="write")


def _waiting(request: web.Request, row: HandoverRow) -> Waiting:
    desk = console(request).desk
    limits, waits = desk.limits, desk.now() - row.queued_at
    level = "late" if waits > limits.escalated else "long" if waits > limits.told else "fine"
    return Waiting(row.id, row.channel, row.language, row.kind, max(0, int(waits.total_seconds() // 60)), level)


def _number(request: web.Request) -> int:
    number = request.match_info["handover"]
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 10 else 0
