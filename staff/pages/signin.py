"""Signing in and out, and one's own account: password, second step, language."""
from __future__ import annotations

import asyncio
import hmac
import secrets

from aiohttp import web

from answers.words import languages
from staff.accounts import AccountRefused, address, new_secret
from staff.console import COOKIE, ROOT, account, console, draw, form, go, public

_FORM = "staff_form"
"""The cookie that shows a sign-in form to be ours, before there is a session."""


@public
async def page(request: web.Request) -> web.StreamResponse:
    return _form(request)


@public
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Begin a session, always a new one; what was wrong is not told."""
    posted = await request.post()
    given = console(request)
    carried, expected = str(posted.get("csrf", "")), request.cookies.get(_FORM, "")
    if not expected or not hmac.compare_digest(carried.encode(), expected.encode()):
        return _form(request, "again", 400)
    name, code = str(posted.get("name", "")).strip().lower()[:40], str(posted.get("code", "")).strip()
    found = await asyncio.to_thread(given.accounts.sign_in, name, str(posted.get("password", "")), code)
    if found is None:
        given.audit.add(name, "sign-in refused")
        return _form(request, "wrong", 403)
    given.sessions.end(request.cookies.get(COOKIE, ""))
    given.audit.add(found.name, "sign-in")
    answer = go("/")
    _set(request, answer, COOKIE, given.sessions.start(found.name))
    answer.del_cookie(_FORM, path=ROOT)
    return answer


async def sign_out(request: web.Request) -> web.StreamResponse:
    await form(request)
    console(request).sessions.end(request.cookies.get(COOKIE, ""))
    console(request).audit.add(account(request).name, "sign-out")
    answer = go("/sign-in")
    answer.del_cookie(COOKIE, path=ROOT)
    return answer


async def own(request: web.Request) -> web.StreamResponse:
    """One's own account. A secret for codes is made anew each time, and kept only once a code of it was right."""
    secret = new_secret()
    return draw(request, "account.html", {"secret": secret, "address": address(account(request).name, secret),
                                          "languages": languages()})


async def password(request: web.Request) -> web.StreamResponse:
    posted, given, mine = await form(request), console(request), account(request)
    if posted.get("new") != posted.get("again"):
        return go("/account", "not_same")
    try:
        await asyncio.to_thread(given.accounts.change_password, mine.name, str(posted.get("old", "")), str(posted.get("new", "")))
    except AccountRefused as refused:
        return go("/account", f"password_{refused.name}")
    given.audit.add(mine.name, "password changed", mine.name)
    given.sessions.end_all(mine.name)
    answer = go("/", "password_changed")
    _set(request, answer, COOKIE, given.sessions.start(mine.name))
    return answer


async def two_steps(request: web.Request) -> web.StreamResponse:
    """Turn the second step on, with a first code, or off, with the password."""
    posted, given, mine = await form(request), console(request), account(request)
    try:
        if mine.two_steps:
            code = str(posted.get("code", ""))
            if not await asyncio.to_thread(given.accounts.sign_in, mine.name, str(posted.get("password", "")), code):
                return go("/account", "password_wrong")
            given.accounts.turn_off_two_steps(mine.name)
        else:
            given.accounts.turn_on_two_steps(mine.name, str(posted.get("secret", "")), str(posted.get("code", "")).strip())
    except (AccountRefused, ValueError):
        return go("/account", "code_wrong")
    given.audit.add(mine.name, "second step off" if mine.two_steps else "second step on", mine.name)
    return go("/account", "saved")


async def language(request: web.Request) -> web.StreamResponse:
    posted = await form(request)
    if posted.get("language") in languages():
        console(request).accounts.set_language(account(request).name, str(posted["language"]))
    return go("/account", "saved")


def _form(request: web.Request, wrong: str = "", status: int = 200) -> web.Response:
    secret = secrets.token_urlsafe(24)
    answer = draw(request, "sign_in.html", {"form_csrf": secret, "wrong": wrong, "languages": languages()}, status)
    _set(request, answer, _FORM, secret)
    return answer


def _set(request: web.Request, answer: web.StreamResponse, name: str, value: str) -> None:
    # Behind a proxy that ends TLS the request itself is plain.
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    answer.set_cookie(name, value, httponly=True, samesite="Lax", secure=secure, path=ROOT)
