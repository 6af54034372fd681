"""The audit log: who did what and when."""
from __future__ import annotations

from aiohttp import web

from staff.console import console, draw, needs, number


@needs("audit")
async def page(request: web.Request) -> web.StreamResponse:
    return draw(request, "audit.html", {"entries": console(request).audit.page(number(request.query.get("before")))})
