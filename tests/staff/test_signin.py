"""Signing in through HTTP: who gets in, who does not, for how long, and that nothing typed is lost when a session ends."""
from __future__ import annotations

from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import delete, update

from staff.accounts import TRIES, new_secret
from staff.console import COOKIE, ROOT
from staff.sessions import IDLE
from staff.tables import SessionRow
from store.base import utc_now
from tests.staff.conftest import ON_ONE, PASSWORD
from tests.staff.pages import fields, with_values


@pytest.fixture
def lan(accounts):
    return accounts.add("lan", "Nguyễn Thị Lan", ["editor"], PASSWORD, must_change=False)


def own_origin(server) -> dict:
    return {"headers": {"Origin": str(server.make_url("")).rstrip("/")}}


async def test_the_right_password_opens_the_list(browser, lan):
    mine = await (await browser()).sign_in("lan")
    assert (mine.status, mine.path) == (200, "/")
    assert "Hộ chiếu" in mine.text


async def test_a_name_may_be_typed_in_capitals(browser, lan):
    assert (await (await browser()).sign_in(" LAN ")).path == "/"


async def test_the_cookie_is_for_the_browser_and_the_console_alone(browser, lan):
    mine = await (await browser()).sign_in("lan")
    cookie = mine.cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == ROOT
    assert not cookie["secure"]


async def test_behind_a_proxy_with_tls_the_cookie_is_secure(browser, lan):
    mine = await browser()
    await mine.get("/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in mine.headers["Set-Cookie"]


@pytest.mark.parametrize(("name", "password"), [
    ("lan", "wrong-password"), ("lan", ""), ("nobody", PASSWORD), ("", ""), ("lan\x00", PASSWORD + "\x00x"), ("l" * 5000, "x"),
    ("lan", "x" * 100_000), ("' OR 1=1 --", PASSWORD)])
async def test_anything_else_is_told_the_same(browser, lan, name, password):
    mine = await (await browser()).sign_in(name, password)
    assert (mine.status, COOKIE in mine.cookies) == (403, False)
    assert "không đúng" in mine.text


async def test_wrong_passwords_lock_the_account(browser, lan, accounts):
    mine = await browser()
    for _ in range(TRIES):
        await mine.sign_in("lan", "wrong-password")
    assert (await mine.sign_in("lan")).status == 403
    accounts.reset("lan")
    assert accounts.get("lan").locked_until is None


async def test_a_disabled_account_is_out_at_once(someone, accounts):
    mine = await someone("minh", "reader")
    accounts.disable("minh", True)
    await mine.get("/")
    assert mine.path.startswith("/sign-in")
    assert (await mine.sign_in("minh")).status == 403


async def test_a_code_is_needed_once_and_works_once(browser, lan, accounts):
    secret = new_secret()
    accounts.turn_on_two_steps("lan", secret, pyotp.TOTP(secret).now())
    first, second = await browser(), await browser()
    assert (await first.sign_in("lan")).status == 403
    code = pyotp.TOTP(secret).now()
    assert (await first.sign_in("lan", code=code)).path == "/"
    assert (await second.sign_in("lan", code=code)).status == 403


async def test_every_sign_in_has_a_session_of_its_own(browser, lan, console):
    mine = await (await browser()).sign_in("lan")
    first = mine.cookies[COOKIE].value
    await mine.sign_in("lan")
    assert mine.cookies[COOKIE].value != first
    assert console.sessions.find(first) is None, "the session before is ended"


async def test_signing_out_ends_the_session(someone, console):
    mine = await someone("minh", "reader")
    token = mine.cookies[COOKIE].value
    await mine.post("/sign-out")
    assert console.sessions.find(token) is None
    assert (await mine.get("/")).path.startswith("/sign-in")


async def test_a_form_of_another_page_does_not_sign_in(browser, lan):
    mine = await browser()
    assert (await mine.post("/sign-in", {"name": "lan", "password": PASSWORD})).status == 400
    await mine.get("/sign-in")
    mine.text = mine.text.replace('name="csrf" value="', 'name="csrf" value="x')
    assert (await mine.post("/sign-in", {"name": "lan", "password": PASSWORD})).status == 400


async def test_after_signing_in_one_is_where_one_wanted_to_go(browser, lan):
    mine = await browser()
    await mine.get("/scripts/passport?said=saved")
    to = dict(fields(mine.text, "/sign-in?language=vi"))["to"]
    await mine.post("/sign-in", {"name": "lan", "password": PASSWORD, "to": to})
    assert mine.path == "/scripts/passport?said=saved"


@ON_ONE
@pytest.mark.parametrize("to", ["https://example.org/", "//example.org", "/other", "/staff\\example.org", "javascript:alert(1)"])
async def test_signing_in_leads_nowhere_else(browser, lan, to):
    mine = await browser()
    await mine.get("/sign-in")
    await mine.post("/sign-in", {"name": "lan", "password": PASSWORD, "to": to})
    assert mine.path == "/"


async def test_the_language_asked_for_stays_when_something_is_wrong(browser, lan):
    mine = await browser()
    await mine.get("/sign-in?language=en")
    await mine.post("/sign-in?language=en", {"name": "lan", "password": "wrong-password"})
    assert "is wrong" in mine.text and '<html lang="en">' in mine.text


async def test_an_idle_session_ends(someone, database):
    mine = await someone("minh", "reader")
    with database.session() as session:
        session.execute(update(SessionRow).values(seen_at=utc_now() - IDLE - timedelta(seconds=1)))
    assert (await mine.get("/")).path.startswith("/sign-in")


async def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in(someone, server, database, console):
    mine = await someone("lan", "editor")
    await mine.post("/scripts/passport/open")
    typed = with_values(fields(mine.text, "/scripts/passport/edit"), short__vi="Hộ chiếu “mới” <b>", do="save")
    with database.session() as session:
        session.execute(delete(SessionRow))
    await mine.post("/scripts/passport/edit", typed, **own_origin(server))
    assert mine.status == 401 and "vẫn còn" in mine.text
    carried = dict(fields(mine.text, "/sign-in?language=vi"))
    await mine.post("/sign-in", {**carried, "name": "lan", "password": "wrong-password"})
    carried = dict(fields(mine.text, "/sign-in?language=vi"))
    await mine.post("/sign-in", {**carried, "name": "lan", "password": PASSWORD})
    assert "còn nguyên" in mine.text
    await mine.post("/scripts/passport/edit", fields(mine.text, "/scripts/passport/edit"))
    assert mine.path.startswith("/scripts/passport/edit?said=saved")
    assert console.drafts.current("passport").content["short"]["vi"] == "Hộ chiếu “mới” <b>"


async def test_what_was_typed_before_signing_in_anew_elsewhere_is_sent_again(someone, server, console):
    mine = await someone("lan", "editor")
    await mine.post("/scripts/passport/open")
    typed = with_values(fields(mine.text, "/scripts/passport/edit"), short__vi="Hộ chiếu mới", do="save")
    old = mine.text
    await mine.sign_in("lan")
    mine.text = old
    await mine.post("/scripts/passport/edit", typed, **own_origin(server))
    assert mine.status == 409 and "còn nguyên" in mine.text
    await mine.post("/scripts/passport/edit", fields(mine.text, "/scripts/passport/edit"))
    assert console.drafts.current("passport").content["short"]["vi"] == "Hộ chiếu mới"


async def test_a_password_is_never_carried_through_the_sign_in(someone, server, database):
    mine = await someone("lan", "editor")
    await mine.get("/account")
    with database.session() as session:
        session.execute(delete(SessionRow))
    await mine.post("/account/password", {"old": PASSWORD, "new": "new-password-1", "again": "new-password-1"}, **own_origin(server))
    assert PASSWORD not in mine.text and "new-password-1" not in mine.text


@ON_ONE
@pytest.mark.parametrize("text", ["[", "{}", "[[1, 2]]", '[["a"]]', "7", '["ab", "cd"]', "[" * 10_000])
async def test_what_is_carried_may_be_anything(browser, lan, text):
    mine = await browser()
    await mine.get("/sign-in")
    await mine.post("/sign-in", {"name": "lan", "password": PASSWORD, "to": f"{ROOT}/scripts/passport", "kept": text})
    assert mine.status in (200, 409)


async def test_a_stranger_sends_nothing(browser, console):
    mine = await browser()
    await mine.post("/scripts/passport/edit", {"do": "save", "version": "1"})
    assert mine.status == 401
    assert console.drafts.current("passport") is None
