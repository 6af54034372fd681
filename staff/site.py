"""The staff console as a web application: its addresses, who gets in, and what its answers carry."""
from __future__ import annotations

import logging
import traceback
from pathlib import Path
from urllib.parse import urlencode

import aiohttp_jinja2
import jinja2
from aiohttp import web
from sqlalchemy.exc import OperationalError

from staff.accounts import AccountRefused
from staff.console import CONSOLE, COOKIE, ROOT, Console, OldForm, draw, own, posted, words
from staff.pages import (
    accounts,
    audit,
    exchange,
    inbox,
    index,
    kept,
    reports,
    scripts,
    signin,
    start,
    switches,
    teaching,
    unanswered,
)

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                               "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def build(console: Console) -> web.Application:
    """Return the console, to be mounted at `ROOT`."""
    app = web.Application(middlewares=[told, same_site, signed_in])
    app[CONSOLE] = console
    environment = aiohttp_jinja2.setup(app, loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True,
                                       trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)
    environment.filters["day"] = lambda day: day.strftime("%d/%m/%Y") if day else ""
    environment.filters["moment"] = scripts.moment
    app.on_response_prepare.append(_secure)
    app.router.add_routes([
        web.get("/static/{name}", static),
        web.get("", to_start), web.get("/", scripts.listing),
        web.get("/sign-in", signin.page), web.post("/sign-in", signin.sign_in), web.post("/sign-out", signin.sign_out),
        web.get("/account", signin.own), web.post("/account/password", signin.password),
        web.post("/account/two-steps", signin.two_steps), web.post("/account/language", signin.language),
        web.get("/accounts", accounts.listing), web.post("/accounts", accounts.add),
        web.post("/accounts/{name}", accounts.change),
        web.get("/audit", audit.page),
        web.get("/switches", switches.page), web.post("/switches", switches.turn),
        web.get("/inbox", inbox.listing), web.get("/inbox/{handover}", inbox.show), web.post("/inbox/{handover}", inbox.act),
        web.get("/hours", inbox.hours), web.post("/hours/days", inbox.change_hours),
        web.get("/scripts/new", start.page), web.post("/scripts/new", start.begin),
        web.get("/index", index.page), web.get("/index.csv", index.as_csv), web.get("/index.xlsx", index.as_xlsx),
        web.get("/index.json", index.feed),
        web.get("/scripts/{script}", scripts.show), web.post("/scripts/{script}/open", scripts.begin),
        web.get("/scripts/{script}/revisions/{revision}", scripts.revision),
        web.post("/scripts/{script}/revisions/{revision}/restore", scripts.restore),
        web.get("/scripts/{script}/preview", scripts.preview),
        web.get("/scripts/{script}/edit", scripts.edit), web.post("/scripts/{script}/edit", scripts.save),
        web.post("/scripts/{script}/decide", scripts.decide),
        web.get("/unanswered", unanswered.queue), web.post("/unanswered", unanswered.label),
        web.post("/unanswered/undo", unanswered.undo),
        web.get("/labels", unanswered.labels), web.post("/labels", unanswered.write),
        web.get("/labels/export", unanswered.download), web.post("/labels/{label}/remove", unanswered.remove),
        web.get("/teaching", teaching.page), web.post("/teaching/train", teaching.train), web.post("/teaching/back", teaching.back),
        web.get("/teaching/{training}", teaching.show), web.post("/teaching/{training}/stop", teaching.stop),
        web.post("/teaching/{training}/promote", teaching.promote),
        web.get("/reports", reports.page), web.get("/reports/month", reports.month), web.get("/reports/export", reports.export),
        web.get("/exchange", exchange.page), web.get("/exchange/export", exchange.export),
        web.post("/exchange/import", exchange.report), web.post("/exchange/drafts", exchange.make),
    ])
    return app


@web.middleware
async def told(request: web.Request, handler) -> web.StreamResponse:
    """Say on a page of ours what went wrong and what to do; what was typed into a form that is too old is kept."""
    try:
        if any(not character.isprintable() for character in request.path):
            raise web.HTTPNotFound
        return await handler(request)
    except OldForm:
        given = await posted(request)
        return kept.again(request, given) if own(request) else _wrong(request, 403, "csrf")
    except web.HTTPClientError as error:
        return _wrong(request, error.status, {403: "forbidden", 404: "not_found", 413: "too_large"}.get(error.status, "bad"))
    except Exception as error:
        # Its own words may quote what somebody wrote.
        log.error("a page of the console failed: %s\n%s", type(error).__name__, "".join(traceback.format_tb(error.__traceback__)))
        return _wrong(request, 503 if isinstance(error, OperationalError) else 500, "failed")


def _wrong(request: web.Request, status: int, name: str) -> web.Response:
    return draw(request, "message.html", {"text": words(request)(f"message.{name}")}, status)


@web.middleware
async def same_site(request: web.Request, handler) -> web.StreamResponse:
    """Refuse what another site's page sends, whatever the form carries."""
    if request.method == "POST" and own(request) is False:
        return _wrong(request, 403, "csrf")
    return await handler(request)


@web.middleware
async def signed_in(request: web.Request, handler) -> web.StreamResponse:
    """Let nobody in without a session; a first password has to be changed before anything else."""
    given = request.app[CONSOLE]
    session = given.sessions.find(request.cookies.get(COOKIE, ""))
    if session:
        try:
            request["account"] = given.accounts.get(session.account)
        except AccountRefused:
            session = None
    if session and not request["account"].disabled:
        request["csrf"] = session.csrf
        allowed = f"{request.path}/".startswith(tuple(f"{ROOT}/{page}/" for page in ("account", "sign-out", "static")))
        if request["account"].must_change and not allowed:
            return web.HTTPSeeOther(f"{ROOT}/account?said=must_change")
        return await handler(request)
    request.pop("account", None)
    if getattr(request.match_info.handler, "open_to_all", False) or request.match_info.http_exception:
        return await handler(request)
    return await _sign_in_first(request)


async def _sign_in_first(request: web.Request) -> web.StreamResponse:
    """Ask to sign in, and keep where somebody wanted to go or what they had typed."""
    if request.method == "POST":
        return signin.ask(request, *kept.pack(request, await posted(request) if own(request) else {}))
    return web.HTTPSeeOther(f"{ROOT}/sign-in?{urlencode({'to': request.path_qs})}")


async def static(request: web.Request) -> web.StreamResponse:
    """Serve one of the console's own files."""
    path = HERE / "static" / request.match_info["name"]
    if path.parent != HERE / "static" or path.suffix not in (".css", ".js") or not path.is_file():
        raise web.HTTPNotFound
    return web.FileResponse(path, headers={"Cache-Control": "no-cache"})


static.open_to_all = True  # type: ignore[attr-defined]


async def to_start(_: web.Request) -> web.StreamResponse:
    return web.HTTPSeeOther(f"{ROOT}/")


async def _secure(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY.items():
        if name != "Cache-Control" or "Cache-Control" not in response.headers:
            response.headers[name] = value
