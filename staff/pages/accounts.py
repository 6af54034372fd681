"""The accounts of staff, for administrators."""
from __future__ import annotations

import asyncio

from aiohttp import web

from staff.accounts import AccountRefused, new_password
from staff.console import account, console, draw, form, go, needs
from staff.roles import ROLES


@needs("accounts")
async def listing(request: web.Request) -> web.StreamResponse:
    return _page(request)


@needs("accounts")
async def add(request: web.Request) -> web.StreamResponse:
    """Make an account; its first password is shown once."""
    sent, given = await form(request), console(request)
    name, roles, password = str(sent.get("name", "")).strip().lower(), sent.getall("roles", []), new_password()
    try:
        await asyncio.to_thread(given.accounts.add, name, str(sent.get("full_name", "")), roles, password)
    except AccountRefused as refused:
        return go("/accounts", f"account_{refused.name}")
    given.audit.add(account(request).name, "account add", name, "", ",".join(roles))
    return _page(request, name, password)


@needs("accounts")
async def change(request: web.Request) -> web.StreamResponse:
    """Change an account's roles, disable or enable it, or give it a new password; its sessions end."""
    sent, given, name = await form(request), console(request), request.match_info["name"]
    try:
        before = given.accounts.get(name)
        what = str(sent.get("do", ""))
        if what == "reset":
            password = await asyncio.to_thread(given.accounts.reset, name)
        elif what in ("disable", "enable"):
            given.accounts.disable(name, what == "disable")
        elif what == "roles":
            given.accounts.set_roles(name, sent.getall("roles", []))
        else:
            return go("/accounts")
        after = given.accounts.get(name)
    except AccountRefused as refused:
        return go("/accounts", f"account_{refused.name}")
    given.sessions.end_all(name)
    given.audit.add(account(request).name, f"account {what}", name, ",".join(before.roles), ",".join(after.roles))
    return _page(request, name, password) if what == "reset" else go("/accounts", "saved")


def _page(request: web.Request, name: str = "", password: str = "") -> web.Response:
    return draw(request, "accounts.html", {"accounts": console(request).accounts.all(), "roles": list(ROLES),
                                           "new_name": name, "new_password": password})
