"""A reference gateway: speaks the protocol of docs/dossier-gateway.md over loopback, with faults to order.

    server = GatewayServer(token="..."); await server.start(); server.dossiers[number] = (digits, {...}); server.faults.append("500")

Each fault spoils one answer: slow, 500, 429, garbage, not_an_object, wrong_field, half, down, huge.
"""
from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections import deque
from typing import Any

from aiohttp import web

SKEW = 300
"""Seconds a signature's time may be off."""


class GatewayServer:
    """The server; `asked` has every request's path and body, `dossiers` the digits and the data by number."""

    def __init__(self, token: str = "", key: str = "") -> None:
        self.token, self.key = token, key
        self.dossiers: dict[str, tuple[set[str], dict[str, Any]]] = {}
        self.faults: deque[str] = deque()
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.held = asyncio.Event()
        self.held.set()
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self, ssl_context=None) -> None:
        app = web.Application()
        app.router.add_post("/v1/dossiers/lookup", self.lookup)
        app.router.add_post("/v1/dossiers/status", self.status)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=ssl_context)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]
        self.url = f"{'https' if ssl_context else 'http'}://127.0.0.1:{port}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def lookup(self, request: web.Request) -> web.StreamResponse:
        question = await self._question(request)
        await self.held.wait()
        digits, found = self.dossiers.get(question["number"], (set(), None))
        right = question["digits"] in digits
        return await self._answer(request, {"found": True, "dossier": found} if right else {"found": False})

    async def status(self, request: web.Request) -> web.StreamResponse:
        question = await self._question(request)
        known = [self.dossiers[number][1] for number in question["numbers"] if number in self.dossiers]
        return await self._answer(request, {"dossiers": known})

    async def _question(self, request: web.Request) -> dict[str, Any]:
        body = await request.read()
        if not self._may(request, body):
            raise web.HTTPUnauthorized
        self.asked.append((request.path, json.loads(body)))
        return self.asked[-1][1]

    def _may(self, request: web.Request, body: bytes) -> bool:
        if not self.key:
            return hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {self.token}")
        moment = request.headers.get("X-Timestamp", "0")
        signed = b"\n".join((moment.encode(), request.method.encode(), request.path.encode(), body))
        wanted = hmac.new(self.key.encode(), signed, hashlib.sha256).hexdigest()
        return abs(time.time() - int(moment)) < SKEW and hmac.compare_digest(request.headers.get("X-Signature", ""), wanted)

    async def _answer(self, request: web.Request, answer: dict[str, Any]) -> web.StreamResponse:
        fault = self.faults.popleft() if self.faults else ""
        whole = json.dumps(answer).encode()
        if fault == "slow":
            await asyncio.Event().wait()  # until nobody waits any more
        if fault == "half":
            response = web.StreamResponse(headers={"Content-Length": str(len(whole))})
            await response.prepare(request)
            await response.write(whole[:len(whole) // 2])
            request.transport.abort()
            return response
        if fault == "down":
            request.transport.abort()
        spoilt = {"garbage": b"<html>Bad gateway</html>", "not_an_object": b"[1, 2]", "huge": b" " * 3_000_000 + whole,
                  "wrong_field": json.dumps({"found": True, "dossier": {"number": "?"}, "dossiers": [{}]}).encode()}
        if fault in ("500", "429"):
            return web.Response(status=int(fault), headers={"Retry-After": "2"})
        return web.Response(body=spoilt.get(fault, whole), content_type="application/json")
