"""Whether the process is alive and whether it can serve; and its metrics."""
from __future__ import annotations

from typing import Callable, Mapping

from aiohttp import web

from bot.metrics import Metrics

Check = Callable[[], bool]


def add(app: web.Application, metrics: Metrics, checks: Mapping[str, Check]) -> None:
    """Serve /healthz, /readyz (200 when every check holds, else 503 naming those that do not) and /metrics."""

    async def alive(_: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_: web.Request) -> web.Response:
        results = {name: check() for name, check in checks.items()}
        return web.json_response(results, status=200 if all(results.values()) else 503)

    async def numbers(_: web.Request) -> web.Response:
        return web.Response(body=metrics.text(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", numbers)
