"""The switches: parts of the bot turned off at once, with what citizens read meanwhile and a reason."""
from __future__ import annotations

import asyncio
from typing import Any, Mapping

from aiohttp import web

from answers.words import Words, languages
from conversations.switches import NAMES
from staff.console import account, console, draw, form, go, needs

LONGEST = 500
"""Characters of what citizens read, and of a reason."""


@needs("switch")
async def page(request: web.Request) -> web.StreamResponse:
    return await _page(request, {})


@needs("switch")
async def turn(request: web.Request) -> web.StreamResponse:
    """Turn a part off or on, with a reason; what was typed stays when something is missing."""
    posted, given, who = await form(request), console(request), account(request).name
    name, reason = str(posted.get("part", "")), str(posted.get("reason", "")).strip()[:LONGEST]
    texts = {code: str(posted.get(f"text.{code}", "")).strip()[:LONGEST] for code in languages()}
    if name not in NAMES:
        raise web.HTTPBadRequest
    off = posted.get("do") == "off"
    if not reason or off and not all(texts.values()):
        return await _page(request, {"said": "switch_incomplete", "part": name, "reason": reason, "typed": texts}, 400)
    if off:
        await asyncio.to_thread(given.switches.turn_off, name, texts, who)
        given.audit.add(who, "switched off", name, "", "\n".join([reason, *texts.values()]))
    elif await asyncio.to_thread(given.switches.turn_on, name):
        given.audit.add(who, "switched on", name, "", reason)
    return go("/switches", "switched_off" if off else "switched_on")


async def _page(request: web.Request, typed: Mapping[str, Any], status: int = 200) -> web.Response:
    off = await asyncio.to_thread(console(request).switches.all_off)
    parts = [(name, off.get(name), _texts(name, off, typed)) for name in NAMES]
    names = {code: Words(code)("language_name") for code in languages()}
    return draw(request, "switches.html", {
        "parts": parts, "names": names, "longest": LONGEST, "part": "", "reason": "", **typed}, status)


def _texts(name: str, off: Mapping[str, Any], typed: Mapping[str, Any]) -> Mapping[str, str]:
    """Return what stands in the fields of a part: what was typed, what citizens read now, or what is suggested."""
    if typed.get("part") == name:
        return typed["typed"]
    return off[name].texts if name in off else {code: Words(code)(f"switched_off.{name}") for code in languages()}
