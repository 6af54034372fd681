"""The queue of badly answered messages, what staff say they meant, and the examples this gives."""
from __future__ import annotations

import asyncio
from typing import Sequence

from aiohttp import web

from answers.outcomes import outcomes
from answers.words import Words
from catalogue.model import ASPECTS, in_language
from conversations.labels import LONGEST
from conversations.unanswered import REASONS
from staff.console import account, console, draw, form, go, needs, whole, words
from store.base import VIETNAM, utc_now
from teaching import export
from teaching.meanings import GENERAL, OUT_OF_SCOPE, WITH_ASPECTS

PAGE = 25
"""Groups on a page."""

MOST_LINES = 200
"""How many examples may be written at once."""


@needs("teach")
async def queue(request: web.Request) -> web.StreamResponse:
    """The groups still to be labelled, of one reason or of all, page by page."""
    desk, reason = console(request).teaching, request.query.get("reason", "")
    groups = await asyncio.to_thread(desk.queue.groups, reason or None)
    pages = max(1, -(-len(groups) // PAGE))
    number = min(max(whole(request.query.get("page", ""), 1), 1), pages)
    return draw(request, "unanswered.html", {
        "groups": groups[(number - 1) * PAGE:number * PAGE], "count": len(groups), "messages": sum(group.count for group in groups),
        "reason": reason if reason in REASONS else "", "reasons": REASONS, "number": number, "pages": pages,
        "kind_of": _kind, "last": desk.labels.last(account(request).name) if request.query.get("said") == "labelled" else [],
        **_choices(request)})


@needs("teach")
async def label(request: web.Request) -> web.StreamResponse:
    """Say what a group meant: a service or general intent with the aspect of the button, out of scope, or nothing to learn."""
    posted, given, me = await form(request), console(request), account(request).name
    back = f"/unanswered?reason={reason}" if (reason := str(posted.get("reason", ""))) in REASONS else "/unanswered"
    turns = [number for value in posted.getall("turns", []) for part in str(value).split(",") if (number := whole(part))]
    order = str(posted.get("do", ""))
    intent = {"nothing": "", OUT_OF_SCOPE: OUT_OF_SCOPE}.get(order, str(posted.get("intent", "")))
    if not turns:
        return go(back, "choose_wording")
    if order != "nothing" and intent not in _known(request):
        return go(back, "choose_meaning")
    aspects = _aspects(intent, [order])
    count = given.teaching.labels.add(turns, intent, aspects, me)
    if not count:
        return go(back, "label_gone")
    texts = given.teaching.labels.last(me)
    given.audit.add(me, "messages labelled", _named(intent, aspects), "", "\n".join(row.text for row in texts))
    return go(back, "labelled")


@needs("teach")
async def undo(request: web.Request) -> web.StreamResponse:
    """Take back what one labelled last."""
    await form(request)
    given, me = console(request), account(request).name
    rows = given.teaching.labels.undo(me)
    if rows:
        what = _named(rows[0].intent, rows[0].aspects.split(","))
        given.audit.add(me, "labels taken back", what, "\n".join(row.text for row in rows))
    return go("/unanswered", "undone" if rows else "nothing_to_undo")


@needs("teach")
async def labels(request: web.Request) -> web.StreamResponse:
    """Everything that was labelled, the newest first, and a form to write examples oneself."""
    desk, before = console(request).teaching, whole(request.query.get("before", ""))
    rows = desk.labels.page(before or None)
    return draw(request, "labels.html", {"rows": rows, "count": desk.labels.count(), "longest": LONGEST, **_choices(request)})


@needs("teach")
async def remove(request: web.Request) -> web.StreamResponse:
    """Take one label back."""
    await form(request)
    given, me = console(request), account(request).name
    row = given.teaching.labels.remove(whole(request.match_info["label"]))
    if row is None:
        return go("/labels", "label_gone")
    given.audit.add(me, "label removed", _named(row.intent, row.aspects.split(",")), row.text)
    return go("/labels", "undone")


@needs("teach")
async def write(request: web.Request) -> web.StreamResponse:
    """Add examples that were typed in, one on a line."""
    posted, given, me = await form(request), console(request), account(request).name
    lines = [line for line in str(posted.get("examples", "")).splitlines() if export.example(line)]
    intent = str(posted.get("intent", ""))
    if intent not in _known(request):
        return go("/labels", "choose_meaning")
    if not lines or len(lines) > MOST_LINES or any(len(line) > LONGEST for line in lines):
        return go("/labels", "lines_wrong")
    aspects = _aspects(intent, posted.getall("aspects", []))
    count = given.teaching.labels.write(lines, intent, aspects, me)
    if count:
        given.audit.add(me, "examples written", _named(intent, aspects), "", "\n".join(lines))
    return go("/labels", "examples_added" if count else "examples_known")


@needs("teach")
async def download(request: web.Request) -> web.StreamResponse:
    """The examples as a file of Rasa's NLU format."""
    content = await asyncio.to_thread(lambda: export.as_yaml(console(request).teaching.labels.examples()))
    console(request).audit.add(account(request).name, "examples exported")
    name = f"taught-{(utc_now() + VIETNAM):%Y-%m-%d}.yml"
    return web.Response(text=content, content_type="application/yaml", charset="utf-8",
                        headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _choices(request: web.Request) -> dict:
    language = words(request).language
    services = [(script.id, in_language(script.short, language)) for script in console(request).catalogue.scripts().values()]
    return {"services": services, "general": GENERAL, "aspects": ASPECTS,
            "out_of_scope": OUT_OF_SCOPE, "bot": Words(language)}


def _known(request: web.Request) -> set[str]:
    return {*console(request).catalogue.scripts(), *GENERAL, OUT_OF_SCOPE}


def _aspects(intent: str, given: Sequence[str]) -> list[str]:
    """Return the aspects among what was given, in the usual order; general intents have none."""
    if intent in ("", OUT_OF_SCOPE) or intent in GENERAL and intent != WITH_ASPECTS:
        return []
    return [aspect for aspect in ASPECTS if aspect in given] or ["overview"]


def _kind(outcome: str) -> str:
    """Return how a message ended in one word staff know: the kind of its outcome."""
    known = outcomes().get(outcome)
    return known.kind if known else "talk"


def _named(intent: str, aspects: Sequence[str]) -> str:
    return " ".join(filter(None, (intent or "nothing", *aspects)))[:120]
