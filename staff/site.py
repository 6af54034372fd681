"""The staff console as a web application: its addresses, who gets in, and what its answers carry."""
from __future__ import annotations

import logging
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp_jinja2
import jinja2
from aiohttp import web

from staff.accounts import AccountRefused
from staff.console import CONSOLE, COOKIE, ROOT, Console, draw, words
from staff.pages import accounts, audit, inbox, scripts, signin, teaching, unanswered

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
MAX_BODY = 2 * 1024 * 1024
"""Bytes of a request: a whole script as a form, or a workbook."""

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
                               "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def build(console: Console) -> web.Application:
    """Return the console, to be mounted at `ROOT`."""
    app = web.Application(middlewares=[same_site, signed_in], client_max_size=MAX_BODY)
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
        web.get("/inbox", inbox.listing), web.get("/inbox/{handover}", inbox.show), web.post("/inbox/{handover}", inbox.act),
        web.get("/hours", inbox.hours), web.post("/hours", inbox.change_hours),
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
    ])
    return app


@web.middleware
async def same_site(request: web.Request, handler) -> web.StreamResponse:
    """Refuse what another site's page sends, whatever the form carries."""
    origin = request.headers.get("Origin")
    if request.method == "POST" and origin and urlsplit(origin).netloc != request.host:
        return draw(request, "message.html", {"text": words(request)("message.csrf")}, status=403)
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
        own = f"{request.path}/".startswith(tuple(f"{ROOT}/{page}/" for page in ("account", "sign-out", "static")))
        if request["account"].must_change and not own:
            return web.HTTPSeeOther(f"{ROOT}/account?said=must_change")
        return await handler(request)
    request.pop("account", None)
    if getattr(request.match_info.handler, "open_to_all", False) or request.match_info.http_exception:
        return await handler(request)
    return web.HTTPSeeOther(f"{ROOT}/sign-in")


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
