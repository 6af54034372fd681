"""The console over a database of its own, with two scripts, and browsers that keep their cookies."""
from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from answers.outcomes import outcomes
from catalogue import files
from catalogue.catalogue import Catalogue
from catalogue.drafts import Drafts
from catalogue.revisions import Revisions
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.reports import Reports
from conversations.switches import Switches
from dossiers.index import Index
from staff import site
from staff.accounts import Accounts
from staff.audit import Audit
from staff.console import ROOT, Console
from staff.desk import Desk, Limits
from staff.sessions import Sessions
from store.base import VIETNAM
from teaching.workshop import Workshop

PASSWORD = "a-long-password"
INDEX_TOKEN = "token-of-the-centre"
TODAY = date(2026, 11, 23)
BASE = "0123456789ab"
OUTCOMES = {"fallback": ["declined"], "clarify": ["service_asked"]}

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""Marks what looks at a page alone: it runs on one database; the ways that write run on each."""


@pytest.fixture(scope="session")
def hasher() -> PasswordHasher:
    """Hashing that takes no time; how strong it is belongs to the library."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture
def accounts(database, hasher) -> Accounts:
    return Accounts(database, hasher)


class Clock:
    """A clock set by hand, in Nghệ An time."""

    def __init__(self) -> None:
        self.at("2026-11-30 08:00")

    def at(self, moment: str) -> None:
        self.now = datetime.fromisoformat(moment) - VIETNAM

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def begun() -> list[int]:
    """The numbers of the trainings the console began; nobody does them."""
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outbox(database, clock) -> Outbox:
    return Outbox(database, clock)


@pytest.fixture
def desk(database, outbox, clock) -> Desk:
    return make_desk(database, outbox, clock)


def make_desk(database, outbox, clock, group=False) -> Desk:
    return Desk(database, outbox, Hours(database, clock=clock), Audit(database), lambda service: {"passport": "Hộ chiếu"}[service],
                Limits(), group, clock)


@pytest.fixture
def console(database, accounts, passport, shared, begun, desk) -> Console:
    revisions = Revisions(database)
    revisions.publish("passport", passport, "import", "first")
    revisions.publish(files.SHARED, shared, "import", "first")
    return Console(accounts, Sessions(database), Audit(database), Catalogue(revisions), revisions, Drafts(database, revisions),
                   lambda: TODAY, Workshop.of(database, BASE, begun.append, OUTCOMES),
                   Reports(database, {name: one.kind for name, one in outcomes().items()}), desk,
                   index=Index(database), index_token=INDEX_TOKEN, switches=Switches(database))


@pytest.fixture
async def server(console):
    """The console, listening below its address."""
    # The server the console is mounted in takes small bodies: a citizen's message.
    app = web.Application(client_max_size=256 * 1024)
    app.add_subapp(ROOT, site.build(console))
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


class Browser:
    """Somebody at the console: follows redirects, keeps cookies, sends forms with the secret of the page they stand on."""

    def __init__(self, client: TestClient) -> None:
        self._client = client
        self.status, self.text, self.body, self.path, self.headers = 0, "", b"", "", {}

    async def get(self, path: str, **more: Any) -> Browser:
        return await self._took(await self._client.get(ROOT + path, **more))

    async def post(self, path: str, fields: Any = (), **more: Any) -> Browser:
        """Send a form; its secret is that of the page's form to this address, or of the first form there is."""
        form = re.search(rf'action="{re.escape(ROOT + path.partition("?")[0])}[^>]*>.*?name="csrf" value="([^"]+)"', self.text, re.DOTALL)
        found = form or re.search(r'name="csrf" value="([^"]+)"', self.text)
        pairs = fields.items() if isinstance(fields, dict) else fields
        given = [("csrf", found[1] if found else ""), *pairs]
        return await self._took(await self._client.post(ROOT + path, data=given, **more))

    async def post_raw(self, path: str, body: bytes, kind: str) -> Browser:
        return await self._took(await self._client.post(ROOT + path, data=body, headers={"Content-Type": kind}))

    async def post_form(self, path: str, form: Any) -> Browser:
        return await self._took(await self._client.post(ROOT + path, data=form))

    @property
    def csrf(self) -> str:
        """The secret of the forms of the page one is on."""
        return re.search(r'name="csrf" value="([^"]+)"', self.text)[1]

    async def sign_in(self, name: str, password: str = PASSWORD, code: str = "") -> Browser:
        await self.get("/sign-in")
        return await self.post("/sign-in", {"name": name, "password": password, "code": code})

    @property
    def cookies(self):
        return {cookie.key: cookie for cookie in self._client.session.cookie_jar}

    async def _took(self, response) -> Browser:
        self.status, self.body, self.headers = response.status, await response.read(), response.headers
        self.text = self.body.decode(errors="replace")
        self.path = str(response.url.relative()).removeprefix(ROOT)
        return self


@pytest.fixture
async def browser(server):
    """Make a browser that has not signed in."""
    made = []

    async def make() -> Browser:
        # Cookies of an address without a name are only kept by a jar that is told to.
        import aiohttp

        client = TestClient(server, cookie_jar=aiohttp.CookieJar(unsafe=True))
        await client.start_server()
        made.append(client)
        return Browser(client)

    yield make
    for client in made:
        await client.session.close()


@pytest.fixture
async def someone(browser, accounts):
    """Make an account with these roles and return its browser, signed in."""

    async def make(name: str, *roles: str) -> Browser:
        accounts.add(name, name.title(), roles, PASSWORD, must_change=False)
        return await (await browser()).sign_in(name)

    return make
