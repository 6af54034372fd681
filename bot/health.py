"""Whether the process is alive and whether it can serve; and its metrics."""
from __future__ import annotations

import asyncio
import logging
from typing import Callable, Mapping

from aiohttp import web

from bot.metrics import Metrics

log = logging.getLogger(__name__)

PATIENCE = 2.0
"""Seconds a check may take; what takes longer is not ready. Monitors commonly wait for three."""

Check = Callable[[], bool]
"""Tells whether a part can be used now. It may block, and is made in a thread."""


class Readiness:
    """What the process needs in order to serve, by name. One that hangs is asked once, not again by every monitor."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._asked: dict[str, asyncio.Task] = {}
        self._missing: list[str] = []

    async def results(self) -> dict[str, bool]:
        """Return of each part whether it can be used now; a change is logged."""
        found = await asyncio.gather(*(self._holds(name, check) for name, check in self._checks.items()))
        results = dict(zip(self._checks, found))
        missing = [name for name, fine in results.items() if not fine]
        if missing != self._missing:
            log.warning("not ready: %s", ", ".join(missing)) if missing else log.info("ready again")
            self._missing = missing
        return results

    async def _holds(self, name: str, check: Check) -> bool:
        task = self._asked.get(name)
        if task is None or task.done():
            task = self._asked[name] = asyncio.create_task(asyncio.to_thread(check))
        await asyncio.wait({task}, timeout=PATIENCE)
        return task.done() and task.exception() is None and task.result()


def add(app: web.Application, metrics: Metrics, checks: Mapping[str, Check]) -> None:
    """Serve /healthz, /readyz (200 when every check holds, else 503 naming those that do not) and /metrics."""
    readiness = Readiness(checks)

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_: web.Request) -> web.Response:
        results = await readiness.results()
        return web.json_response(results, status=200 if all(results.values()) else 503)

    async def numbers(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", numbers)
