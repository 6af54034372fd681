"""The audit log: who did what and when."""
from __future__ import annotations

from aiohttp import web

from staff.console import console, draw, needs


@needs("audit")
async def page(request: web.Request) -> web.StreamResponse:
    before = request.query.get("before", "")
    return draw(request, "audit.html", {"entries": console(request).audit.page(int(before) if before.isdecimal() else None)})
