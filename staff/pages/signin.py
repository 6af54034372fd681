"""Signing in and out, and one's own account: password, second step, language."""
from __future__ import annotations

import asyncio
import base64
import hmac
import secrets

import zxingcpp
from aiohttp import web

from answers.words import languages
from staff.accounts import AccountRefused, address, is_secret, new_secret
from staff.console import COOKIE, ROOT, account, console, draw, form, go, posted, public
from staff.pages import kept

_FORM = "staff_form"
"""The cookie that shows a sign-in form to be ours, before there is a session."""


@public
async def page(request: web.Request) -> web.StreamResponse:
    return _form(request, to=request.query.get("to", ""))


def ask(request: web.Request, to: str, carried: str) -> web.Response:
    """Ask to sign in in the middle of something; `carried` are the fields that were sent, see `kept`."""
    return _form(request, "ended" if carried else "", 401, to, carried)


@public
async def sign_in(request: web.Request) -> web.StreamResponse:
    """Begin a session, always a new one; what was wrong is not told."""
    given, sent = console(request), await posted(request)
    to, carried = str(sent.get("to", "")), str(sent.get("kept", ""))
    secret, expected = str(sent.get("csrf", "")), request.cookies.get(_FORM, "")
    if not expected or not hmac.compare_digest(secret.encode(), expected.encode()):
        return _form(request, "again", 400, to, carried)
    name, code = str(sent.get("name", "")).strip().lower()[:40], str(sent.get("code", "")).strip()
    found = await asyncio.to_thread(given.accounts.sign_in, name, str(sent.get("password", "")), code)
    if found is None:
        given.audit.add(name, "sign-in refused")
        return _form(request, "wrong", 403, to, carried)
    given.sessions.end(request.cookies.get(COOKIE, ""))
    given.audit.add(found.name, "sign-in")
    token = given.sessions.start(found.name)
    request["account"], request["csrf"] = found, given.sessions.find(token).csrf
    fields = kept.unpack(carried)
    answer = kept.again(request, to=to, fields=fields) if fields else web.HTTPSeeOther(kept.local(to))
    _set(request, answer, COOKIE, token)
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
    return _own(request, new_secret())


async def password(request: web.Request) -> web.StreamResponse:
    sent, given, mine = await form(request), console(request), account(request)
    if sent.get("new") != sent.get("again"):
        return go("/account", "not_same")
    try:
        await asyncio.to_thread(given.accounts.change_password, mine.name, str(sent.get("old", "")), str(sent.get("new", "")))
    except AccountRefused as refused:
        return go("/account", f"password_{refused.name}")
    given.audit.add(mine.name, "password changed", mine.name)
    given.sessions.end_all(mine.name)
    answer = go("/", "password_changed")
    _set(request, answer, COOKIE, given.sessions.start(mine.name))
    return answer


async def two_steps(request: web.Request) -> web.StreamResponse:
    """Turn the second step on, with a first code, or off, with the password."""
    given_form, given, mine = await form(request), console(request), account(request)
    code, secret = str(given_form.get("code", "")).strip(), str(given_form.get("secret", ""))
    if mine.two_steps:
        if not await asyncio.to_thread(given.accounts.sign_in, mine.name, str(given_form.get("password", "")), code):
            return go("/account", "password_wrong")
        given.accounts.turn_off_two_steps(mine.name)
    else:
        try:
            given.accounts.turn_on_two_steps(mine.name, secret, code)
        except AccountRefused:
            # With the same secret: it stands in the authenticator already, and only the code was mistyped.
            return _own(request, secret if is_secret(secret) else new_secret(), "code_wrong", 400)
    given.audit.add(mine.name, "second step off" if mine.two_steps else "second step on", mine.name)
    return go("/account", "saved")


async def language(request: web.Request) -> web.StreamResponse:
    sent = await form(request)
    if sent.get("language") in languages():
        console(request).accounts.set_language(account(request).name, str(sent["language"]))
    return go("/account", "saved")


def _own(request: web.Request, secret: str, said: str = "", status: int = 200) -> web.Response:
    to = address(account(request).name, secret)
    given = {"secret": secret, "address": to, "picture": _picture(to), "languages": languages()}
    return draw(request, "account.html", {**given, **({"said": said} if said else {})}, status)


def _picture(text: str) -> str:
    """Return a QR code as the address of a picture: most authenticators are on a phone, and the console is not."""
    drawn = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg(scale=4)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn.encode()).decode()}"


def _form(request: web.Request, wrong: str = "", status: int = 200, to: str = "", carried: str = "") -> web.Response:
    secret = secrets.token_urlsafe(24)
    answer = draw(request, "sign_in.html", {"form_csrf": secret, "wrong": wrong, "languages": languages(),
                                            "to": kept.local(to) if to else "", "kept": carried}, status)
    _set(request, answer, _FORM, secret)
    return answer


def _set(request: web.Request, answer: web.StreamResponse, name: str, value: str) -> None:
    # Behind a proxy that ends TLS the request itself is plain.
    secure = request.secure or request.headers.get("X-Forwarded-Proto") == "https"
    answer.set_cookie(name, value, httponly=True, samesite="Lax", secure=secure, path=ROOT)
