"""Dossiers from the province's information system over HTTP, as docs/dossier-gateway.md describes the protocol.

What it said last is kept in our table, so that a citizen with the right digits gets the last known status while it is down.
"""
from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import logging
import random
import ssl
import time
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping, Sequence

import aiohttp

from dossiers import records
from dossiers.answers import Garbage, dossier_state
from dossiers.breaker import Breaker
from dossiers.digits import Digits
from dossiers.provider import Dossier, SourceDown, dossier, history, last_known
from dossiers.tables import DossierRow
from store.base import utc_now
from store.database import Database

log = logging.getLogger(__name__)

LOOKUP, STATUS = "/v1/dossiers/lookup", "/v1/dossiers/status"
MOST_BYTES = 1024 * 1024
"""Bytes of an answer that are read."""

MOST_NUMBERS = 100
"""Numbers in one question about the status of followed dossiers."""

MOST_CACHED = 10_000


@dataclass(frozen=True)
class Gateway:
    """How the system is reached. Times are in seconds; `tries` counts the first; with a `key` requests are signed."""

    url: str
    token: str = ""
    key: str = ""
    timeout: float = 3.0
    cache: float = 60.0
    authority: Path | None = None
    tries: int = 3
    pause: float = 0.2
    failures: int = 5
    rest: float = 30.0


class Unreachable(Exception):
    """The system did not give an answer that can be used; `wait` says for how long it asked not to be asked."""

    def __init__(self, reason: str, wait: float = 0.0, final: bool = False) -> None:
        super().__init__(reason)
        self.wait = wait
        self.final = final


class GatewayProvider:
    """Looks dossiers up over HTTP; questions alike at the same time are asked once, answers are kept for a stated time."""

    def __init__(self, gateway: Gateway, database: Database, digits: Digits, clock: Callable[[], float] = time.monotonic,
                 sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._gateway = gateway
        self._database = database
        self._digits = digits
        self._clock = clock
        self._sleep = sleep
        self._breaker = Breaker(gateway.failures, gateway.rest, clock)
        self._asked: dict[str, asyncio.Task] = {}
        self._cached: dict[str, tuple[float, Dossier | None]] = {}
        self._session: aiohttp.ClientSession | None = None

    async def find(self, number: str, digits: str) -> Dossier | None:
        """Return the dossier, or None both for an unknown number and for wrong digits. Raises `SourceDown`."""
        key = self._digits.hash(number, digits)
        until, known = self._cached.get(key, (0.0, None))
        if until > self._clock():
            return known
        task = self._asked.get(key)
        if task is None:
            task = self._asked[key] = asyncio.create_task(self._find(number, digits, key))
            task.add_done_callback(lambda _: self._asked.pop(key, None))
        # One who stops waiting must not take the answer away from the others.
        return await asyncio.shield(task)

    async def refresh(self, numbers: Sequence[str]) -> None:
        """Ask for the status of followed dossiers and store what changed; an outage is waited for until the next time."""
        for start in range(0, len(numbers), MOST_NUMBERS):
            try:
                answer = await self._ask(STATUS, {"numbers": list(numbers[start:start + MOST_NUMBERS])})
            except Unreachable as error:
                log.warning("the dossier gateway cannot be asked for followed dossiers: %s", error)
                return
            for one in answer.get("dossiers", ()):
                self._store(one, None)

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def _find(self, number: str, digits: str, key: str) -> Dossier | None:
        try:
            answer = await self._ask(LOOKUP, {"number": number, "digits": digits})
        except Unreachable as error:
            log.warning("the dossier gateway does not answer: %s", error)
            return self._last_known(number, key)
        found = self._store(answer["dossier"], key) if answer.get("found") else None
        if len(self._cached) >= MOST_CACHED:
            self._cached.clear()
        self._cached[key] = (self._clock() + self._gateway.cache, found)
        return found

    def _last_known(self, number: str, key: str) -> Dossier:
        """Return what was known last, to who had the right digits then. Raises `SourceDown`."""
        with self._database.session() as session:
            row, past = session.get(DossierRow, number), history(session, number)
        kept = [row.phone_hash, row.id_hash] if row else ["", ""]
        right = [hmac.compare_digest(key, hash_ or "") for hash_ in kept]
        if not row or not any(right):
            raise SourceDown
        return last_known(row, past)

    def _store(self, answer: Mapping[str, Any], key: str | None) -> Dossier:
        """Keep what the system said, with the digits that were right, and return it with its history."""
        with self._database.session() as session:
            number = answer["number"]
            state = dossier_state(answer, session.get(DossierRow, number), key)
            records.write(session, [state], utc_now())
            session.expire_all()
            return dossier(session.get(DossierRow, number), history(session, number))

    async def _ask(self, path: str, question: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer to a question. Raises `Unreachable` after the last try, or at once while the breaker is open."""
        if not self._breaker.allows():
            raise Unreachable("it failed too often and is left alone for a while")
        for left in reversed(range(self._gateway.tries)):
            try:
                answer = await self._try(path, question)
                self._breaker.succeeded()
                return answer
            except Unreachable as error:
                self._breaker.failed()
                if error.final or not left or not self._breaker.allows():
                    raise
                attempt = self._gateway.tries - 1 - left
                # Not all who failed together come back together.
                await self._sleep(max(error.wait, self._gateway.pause * 2 ** attempt * random.uniform(0.5, 1.5)))
        raise AssertionError("there is at least one try")

    async def _try(self, path: str, question: Mapping[str, Any]) -> Mapping[str, Any]:
        body = json.dumps(question).encode()
        try:
            async with self._open().post(self._gateway.url + path, data=body, headers=self._headers(path, body)) as response:
                return await _read(response)
        except (aiohttp.ClientError, asyncio.TimeoutError, ssl.SSLError, OSError, Garbage) as error:
            raise Unreachable(str(error) if isinstance(error, Garbage) else type(error).__name__) from error

    def _headers(self, path: str, body: bytes) -> dict[str, str]:
        given = {"Content-Type": "application/json", "Accept": "application/json", "X-Request-Id": uuid.uuid4().hex}
        if self._gateway.key:
            moment = str(int(time.time()))
            signed = b"\n".join((moment.encode(), b"POST", path.encode(), body))
            signature = hmac.new(self._gateway.key.encode(), signed, hashlib.sha256).hexdigest()
            return {**given, "X-Timestamp": moment, "X-Signature": signature}
        return {**given, "Authorization": f"Bearer {self._gateway.token}"}

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            context = ssl.create_default_context(cafile=self._gateway.authority)
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._gateway.timeout),
                                                  connector=aiohttp.TCPConnector(ssl=context, limit=50))
        return self._session


async def _read(response: aiohttp.ClientResponse) -> Mapping[str, Any]:
    """Return what an answer says. Raises `Garbage` and `Unreachable`."""
    if response.status == 429:
        wait = response.headers.get("Retry-After", "1")
        raise Unreachable("it asks to wait", min(float(wait), 5.0) if wait.isdecimal() else 1.0)
    if response.status != 200:
        # What we ask wrongly, or without the right to, does not get better by asking again.
        raise Unreachable(f"it answers {response.status}", final=400 <= response.status < 500)
    body = await response.content.read(MOST_BYTES + 1)
    while len(body) <= MOST_BYTES and (more := await response.content.read(MOST_BYTES + 1)):
        body += more
    try:
        answer = json.loads(body)
        if not isinstance(answer, dict) or len(body) > MOST_BYTES:
            raise ValueError
        for one in [answer["dossier"]] if answer.get("found") else answer.get("dossiers", ()):
            dossier_state(one, None, None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Garbage("its answer is not what the protocol says") from error
    return answer
