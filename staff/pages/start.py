"""Beginning the script of a new service."""
from __future__ import annotations

import re
from typing import Mapping

from aiohttp import web

from answers.words import languages
from catalogue.skeleton import skeleton
from staff.console import Console, account, console, draw, form, go, needs, number

PROGRAMMES = ("decision422", "project06")
RESERVED = frozenset({"new"})
"""Ids that would hide one of the console's own addresses."""

_ID = re.compile(r"[a-z][a-z0-9_]{2,31}")
_LONGEST = 32


@needs("start")
async def page(request: web.Request) -> web.StreamResponse:
    return _page(request, {"programme": PROGRAMMES[0]}, {})


@needs("start")
async def begin(request: web.Request) -> web.StreamResponse:
    """Make the draft of a new script; mistakes are shown beside their fields."""
    sent, given = await form(request), console(request)
    values = {name: str(sent.get(name, "")).strip() for name in ("id", "programme", "number", *_shorts())}
    wrong = _wrong(given, values)
    if wrong:
        return _page(request, values, wrong, 422)
    short = {code: values[f"short.{code}"] for code in languages()}
    content = skeleton(values["id"], values["programme"], int(values["number"]), short, given.today())
    given.drafts.open(values["id"], account(request).name, content)
    given.audit.add(account(request).name, "script begun", values["id"])
    return go(f"/scripts/{values['id']}", "script_begun")


def _wrong(given: Console, values: Mapping[str, str]) -> dict[str, str]:
    """Return which fields are wrong, and why."""
    wrong = {name: "required" for name in _shorts() if not values[name]}
    wrong |= {name: "too_long" for name in _shorts() if len(values[name]) > _LONGEST}
    contents = {**{draft.script: draft.content for draft in given.drafts.all_open()},
                **{script: content for script, (_, content) in given.revisions.live().items()}}
    if not _ID.fullmatch(values["id"]):
        wrong["id"] = "id"
    elif values["id"] in contents or values["id"] in given.taken | RESERVED:
        wrong["id"] = "taken"
    if values["programme"] not in PROGRAMMES:
        wrong["programme"] = "required"
    place = number(values["number"])
    if place is None or not 1 <= place <= 99:
        wrong["number"] = "number"
    elif (values["programme"], place) in {(one.get("programme"), one.get("number")) for one in contents.values()}:
        wrong["number"] = "number_taken"
    return wrong


def _page(request: web.Request, values: Mapping[str, str], wrong: Mapping[str, str], status: int = 200) -> web.Response:
    return draw(request, "start.html", {"values": values, "wrong": wrong, "programmes": PROGRAMMES, "languages": languages(),
                                        "longest": _LONGEST}, status)


def _shorts() -> list[str]:
    return [f"short.{code}" for code in languages()]
