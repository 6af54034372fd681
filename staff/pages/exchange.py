"""Scripts out and in as files: an Excel workbook or YAML. What comes in is shown first, then becomes drafts."""
from __future__ import annotations

import asyncio
from typing import Any, Callable, Mapping

from aiohttp import web

from answers.words import Words
from catalogue import exchange, files, packed, workbook
from catalogue.exchange import Live
from catalogue.workbook_reading import Mistake
from staff.console import account, console, draw, form, go, needs, words
from staff.pages.scripts import title_of

KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "yml": "application/yaml", "zip": "application/zip",
}
SHOWN = 300
"""How many changes of a script the report shows."""


@needs("read")
async def page(request: web.Request) -> web.StreamResponse:
    return draw(request, "exchange.html")


@needs("read")
async def export(request: web.Request) -> web.StreamResponse:
    """Give a script, or all of them, as a file."""
    name, kind = request.query.get("script", ""), request.query.get("as", "xlsx")
    chosen = {script: one for script, one in _scripts(request).items() if name in ("", script)}
    if kind == "xlsx":
        chosen = {script: one for script, one in chosen.items() if not script.startswith("_")}
    if not chosen or kind not in KINDS:
        raise web.HTTPNotFound
    try:
        body = await asyncio.to_thread(_file, chosen, kind, words(request))
    except workbook.TooLong:
        return go("/exchange", "too_long_for_excel")
    name = f"{name or 'dich-vu-cong'}-{console(request).today().isoformat()}.{kind}"
    return web.Response(body=body, headers={"Content-Type": KINDS[kind], "Content-Disposition": f'attachment; filename="{name}"'})


@needs("edit")
async def report(request: web.Request) -> web.StreamResponse:
    """Show what an uploaded file would change, field by field, and every mistake in it. Nothing is changed yet."""
    sent, given, live = await form(request), console(request), _scripts(request)
    upload = sent.get("file")
    if not isinstance(upload, web.FileField):
        return go("/exchange", "file_wanted")
    drafts = [draft.script for draft in given.drafts.all_open()]
    try:
        reading = await asyncio.to_thread(exchange.read, upload.file.read(packed.MOST_BYTES + 1), upload.filename, live)
        found = await asyncio.to_thread(exchange.proposals, reading, live, drafts)
    except packed.Unreadable as wrong:
        return _report(request, upload.filename, [Mistake("", None, "", wrong.rule, wrong.detail)], [])
    return _report(request, upload.filename, reading.mistakes, found)


@needs("edit")
async def make(request: web.Request) -> web.StreamResponse:
    """Make drafts of the scripts that were ticked in the report."""
    sent, given, me = await form(request), console(request), account(request)
    file, ticked = str(sent.get("name", ""))[:80], sent.getall("script", [])
    try:
        held = {script: one for script, one in exchange.unpack(str(sent.get("held", ""))).items() if script in ticked}
    except packed.Unreadable:
        raise web.HTTPBadRequest from None
    reason = words(request)("exchange.reason", name=file)
    done = await asyncio.to_thread(exchange.make_drafts, given.drafts, _scripts(request), held, me.name, reason)
    for script in (script for script, what in done.items() if what == "made"):
        given.audit.add(me.name, "draft imported", script, "", file)
    return draw(request, "exchange.html", {"done": done, "titles": _titles(request, held)})


def _report(request: web.Request, name: str, mistakes: list[Mistake], found: list[exchange.Proposal]) -> web.Response:
    wrong = [*mistakes, *(mistake for one in found for mistake in one.mistakes)]
    usable = [] if mistakes else [one for one in found if one.usable]
    return draw(request, "exchange_report.html", {
        "name": name, "mistakes": wrong, "found": found, "usable": [one.script for one in usable], "most": SHOWN,
        "held": exchange.pack(usable) if usable else "", "titles": _titles(request, {one.script: one for one in found})},
        422 if wrong else 200)


def _scripts(request: web.Request) -> Live:
    """Return the live scripts, and of those that are not live yet the draft."""
    given = console(request)
    drafts = {draft.script: (0, draft.content) for draft in given.drafts.all_open()}
    found = {**drafts, **given.revisions.live()}
    return dict(sorted(found.items(), key=lambda one: (one[0].startswith("_"), str(one[1][1].get("programme")) != "project06",
                                                       str(one[1][1].get("number")).zfill(3), one[0])))


def _file(scripts: Live, kind: str, said: Words) -> bytes:
    if kind == "xlsx":
        return workbook.write(scripts, _label(said), said.get("workbook.guide"))
    if kind == "yml" and len(scripts) == 1:
        return files.dump(next(iter(scripts.values()))[1]).encode()
    return exchange.as_yaml(scripts)


def _label(said: Words) -> Callable[[str], str]:
    """Return what people read for the names of a workbook: its own words first, then those of the editor."""
    known: Mapping[str, Any] = {**said.get("languages"), **said.get("fields"), **said.get("workbook.labels")}
    notes = said.get("workbook.notes")
    return lambda key: notes.get(key[5:], "") if key.startswith("note.") else str(known.get(key, key))


def _titles(request: web.Request, scripts: Mapping[str, Any]) -> dict[str, str]:
    live, language = _scripts(request), words(request).language
    return {script: title_of(live.get(script, (0, {}))[1], language, script) for script in scripts}
