"""What every page of the console works with, and how a page is drawn, guarded and left."""
from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any, Awaitable, Callable, Mapping
from urllib.parse import urlsplit

import aiohttp_jinja2
from aiohttp import web
from multidict import MultiDict, MultiDictProxy

from answers.words import Words
from catalogue.catalogue import Catalogue
from catalogue.drafts import Drafts
from catalogue.revisions import Revisions
from conversations.handover import Load
from conversations.reports import Reports
from conversations.switches import Switches
from dossiers.index import Index
from staff.accounts import Account, Accounts
from staff.audit import Audit
from staff.desk import Desk
from staff.sessions import Sessions
from teaching.workshop import Workshop

WORDS = Path(__file__).parent / "words"
COOKIE = "staff"
ROOT = "/staff"
"""Where the console is mounted; the cookie goes nowhere else."""

MAX_BODY, MAX_FIELDS = 4 * 1024 * 1024, 10_000
"""Bytes and fields of a request: a whole script as a form, or a workbook."""

# Invisible, and PostgreSQL refuses the first of them; a line ends as it does in the scripts.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Console:
    """The parts the pages use. `today` is the day citizens are answered for; `taken` are names no new service may have."""

    accounts: Accounts
    sessions: Sessions
    audit: Audit
    catalogue: Catalogue
    revisions: Revisions
    drafts: Drafts
    today: Callable[[], date]
    teaching: Workshop
    reports: Reports
    desk: Desk | None = None
    taken: frozenset[str] = frozenset()
    index: Index | None = None
    index_token: str = ""
    switches: Switches | None = None


CONSOLE = web.AppKey("console", Console)

Page = Callable[[web.Request], Awaitable[web.StreamResponse]]


def console(request: web.Request) -> Console:
    return request.app[CONSOLE]


def account(request: web.Request) -> Account:
    """Return who is signed in; only pages that need a permission may ask."""
    return request["account"]


def words(request: web.Request) -> Words:
    """Return the console's words: in the account's language, or before signing in the one asked for by ?language=."""
    known = request.get("account")
    return Words(known.language if known else request.query.get("language", "vi"), WORDS)


def needs(permission: str) -> Callable[[Page], Page]:
    """Open a page to those who may do this; everybody else is told that they may not."""

    def guard(page: Page) -> Page:
        @wraps(page)
        async def guarded(request: web.Request) -> web.StreamResponse:
            if permission not in account(request).permissions:
                return draw(request, "message.html", {"text": words(request)("message.forbidden")}, status=403)
            return await page(request)

        return guarded

    return guard


def public(page: Page) -> Page:
    """Mark a page that is open before signing in; every other page is closed."""
    page.open_to_all = True  # type: ignore[attr-defined]
    return page


class OldForm(web.HTTPForbidden):
    """What was posted does not carry the session's secret: it is another site's, or of a session that has ended."""


async def posted(request: web.Request) -> MultiDictProxy:
    """Return what was posted, its texts without invisible characters. Raises 400 and 413."""
    if "posted" not in request:
        # The limits of the whole server are made for a citizen's messages.
        roomy = request.clone(client_max_size=MAX_BODY, client_max_fields=MAX_FIELDS)
        try:
            given = await roomy.post()
        except (ValueError, LookupError):
            raise web.HTTPBadRequest from None
        request["posted"] = MultiDictProxy(MultiDict((key, clean(value)) for key, value in given.items()))
    return request["posted"]


async def form(request: web.Request) -> MultiDictProxy:
    """Return what was posted. Raises `OldForm` unless it carries the session's secret: a form of another site cannot."""
    given = await posted(request)
    if not hmac.compare_digest(str(given.get("csrf", "")).encode(), request["csrf"].encode()):
        raise OldForm
    return given


def clean(value: Any) -> Any:
    """Return a text as it is kept; a file stays as it is."""
    return _CONTROLS.sub("", value.replace("\r\n", "\n").replace("\r", "\n")) if isinstance(value, str) else value


def number(text: Any) -> int | None:
    """Return a whole number that came from outside; None for anything else, and for more than a database counts."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10 else None


def own(request: web.Request) -> bool | None:
    """Tell whether a page of ours sent this; None when the browser does not say."""
    origin = request.headers.get("Origin")
    return urlsplit(origin).netloc == request.host if origin else None


def whole(text: str, otherwise: int = 0) -> int:
    """Return the number a stranger's text says, `otherwise` if it is none that a database takes."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def draw(request: web.Request, template: str, context: Mapping[str, Any] | None = None, status: int = 200) -> web.Response:
    """Return a page."""
    given = {"w": words(request), "account": request.get("account"), "csrf": request.get("csrf", ""), "root": ROOT,
             "path": request.path, "said": request.query.get("said", ""), "refresh": 0, "load": _load(request), **(context or {})}
    return aiohttp_jinja2.render_template(template, request, given, status=status)


def _load(request: web.Request) -> Load | None:
    """Return how much waits in the inbox, for the menu of those who should know."""
    known, desk = request.get("account"), request.app[CONSOLE].desk
    return desk.load() if desk and known and "inbox" in known.permissions else None


def go(to: str, said: str = "", anchor: str = "") -> web.HTTPSeeOther:
    """Return the answer that leads the browser to a page of the console, which then says `said` (a name in its words)."""
    query = f"{'&' if '?' in to else '?'}said={said}" if said else ""
    return web.HTTPSeeOther(f"{ROOT}{to}{query}{'#' + anchor if anchor else ''}")
