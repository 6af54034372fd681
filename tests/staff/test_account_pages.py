"""Accounts through HTTP: one's own password and second step, and what administrators do with those of others."""
from __future__ import annotations

import re

import pyotp
import pytest

from staff.console import COOKIE
from tests.staff.conftest import PASSWORD
from tests.staff.pages import fields

NEW = "another-long-password"


def actions(console):
    return [(entry.who, entry.action, entry.what) for entry in console.audit.page()]


async def test_a_first_password_has_to_be_changed_before_anything_else(browser, accounts):
    accounts.add("lan", "Lan", ["reader"], PASSWORD)
    mine = await (await browser()).sign_in("lan")
    assert mine.path == "/account?said=must_change"
    assert (await mine.get("/scripts/passport")).path == "/account?said=must_change"
    await mine.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert mine.path == "/?said=password_changed"
    assert (await mine.get("/scripts/passport")).path == "/scripts/passport"


async def test_a_new_password_ends_the_other_sessions_and_begins_a_new_one(someone, browser, console):
    mine = await someone("lan", "reader")
    other = await (await browser()).sign_in("lan")
    before = mine.cookies[COOKIE].value
    await mine.get("/account")
    await mine.post("/account/password", {"old": PASSWORD, "new": NEW, "again": NEW})
    assert mine.cookies[COOKIE].value != before
    assert (await other.get("/")).path.startswith("/sign-in")
    assert (await other.sign_in("lan", NEW)).path == "/"
    assert ("lan", "password changed", "lan") in actions(console)


@pytest.mark.parametrize(("old", "new", "again", "said"), [
    (PASSWORD, NEW, NEW + "x", "not_same"), (PASSWORD, "short", "short", "password_short"),
    (PASSWORD, PASSWORD, PASSWORD, "password_short"), ("wrong-password", NEW, NEW, "password_wrong")])
async def test_a_password_that_will_not_do_is_told(someone, old, new, again, said):
    mine = await someone("lan", "reader")
    await mine.get("/account")
    await mine.post("/account/password", {"old": old, "new": new, "again": again})
    assert mine.path == f"/account?said={said}" and 'class="said"' in mine.text


async def test_the_second_step_is_turned_on_with_a_code_and_off_with_password_and_code(someone, accounts):
    mine = await someone("lan", "reader")
    await mine.get("/account")
    secret = dict(fields(mine.text, "/account/two-steps"))["secret"]
    await mine.post("/account/two-steps", {"secret": secret, "code": "12345"})
    assert mine.status == 400 and dict(fields(mine.text, "/account/two-steps"))["secret"] == secret
    await mine.post("/account/two-steps", {"secret": secret, "code": pyotp.TOTP(secret).now()})
    assert accounts.get("lan").two_steps
    await mine.post("/account/two-steps", {"password": PASSWORD, "code": "000000"})
    assert accounts.get("lan").two_steps
    await mine.post("/account/two-steps", {"password": PASSWORD, "code": pyotp.TOTP(secret).now()})
    assert not accounts.get("lan").two_steps


@pytest.mark.parametrize("secret", ["", "short", "not base 32!" * 4, "A" * 500])
async def test_a_secret_that_is_none_of_ours_is_refused(someone, accounts, secret):
    mine = await someone("lan", "reader")
    await mine.get("/account")
    await mine.post("/account/two-steps", {"secret": secret, "code": "123456"})
    assert mine.status == 400 and not accounts.get("lan").two_steps


async def test_the_secret_is_shown_as_a_picture_to_photograph(someone):
    mine = await (await someone("lan", "reader")).get("/account")
    assert re.search(r'<img [^>]*src="data:image/[^"]{500,}"[^>]* alt="[^"]+"', mine.text)


@pytest.mark.parametrize("language", ["en", "vi"])
async def test_the_console_speaks_the_language_chosen(someone, language):
    mine = await someone("lan", "reader")
    await mine.get("/account")
    await mine.post("/account/language", {"language": language})
    assert f'<html lang="{language}">' in (await mine.get("/")).text


async def test_a_language_nobody_knows_changes_nothing(someone, accounts):
    mine = await someone("lan", "reader")
    await mine.get("/account")
    await mine.post("/account/language", {"language": "xx"})
    assert accounts.get("lan").language == "vi"


async def test_an_administrator_makes_an_account_whose_password_is_shown_once(someone, browser, console):
    chief = await someone("hoa", "administrator")
    await chief.get("/accounts")
    await chief.post("/accounts", [("name", " Minh "), ("full_name", "Trần Minh <b>"), ("roles", "editor"), ("roles", "reader")])
    password = re.search(r'role="status">.*?<code>([^<]+)</code>', chief.text)[1]
    assert "Trần Minh &lt;b&gt;" in chief.text
    assert password not in (await chief.get("/accounts")).text
    assert (await (await browser()).sign_in("minh", password)).path == "/account?said=must_change"
    assert ("hoa", "account add", "minh") in actions(console)
    assert not any(password in f"{entry.before}{entry.after}" for entry in console.audit.page())


@pytest.mark.parametrize(("given", "said"), [
    ([("name", "1minh"), ("full_name", "M"), ("roles", "reader")], "account_name"),
    ([("name", "minh"), ("full_name", " "), ("roles", "reader")], "account_name"),
    ([("name", "minh"), ("full_name", "M")], "account_roles"),
    ([("name", "minh"), ("full_name", "M"), ("roles", "king")], "account_roles"),
    ([("name", "hoa"), ("full_name", "M"), ("roles", "reader")], "account_taken"),
    ([], "account_name")])
async def test_an_account_that_will_not_do_is_told(someone, given, said):
    chief = await someone("hoa", "administrator")
    await chief.get("/accounts")
    await chief.post("/accounts", given)
    assert chief.path == f"/accounts?said={said}" and 'class="said"' in chief.text


async def test_roles_a_lock_and_a_new_password_end_the_sessions(someone, accounts, console):
    chief, minh = await someone("hoa", "administrator"), await someone("minh", "reader")
    await chief.get("/accounts")
    await chief.post("/accounts/minh", [("do", "roles"), ("roles", "editor")])
    assert accounts.get("minh").roles == ("editor",)
    assert (await minh.get("/")).path.startswith("/sign-in")
    await chief.post("/accounts/minh", [("do", "disable")])
    assert accounts.get("minh").disabled
    await chief.post("/accounts/minh", [("do", "enable")])
    await chief.post("/accounts/minh", [("do", "reset")])
    password = re.search(r'role="status">.*?<code>([^<]+)</code>', chief.text)[1]
    assert (await minh.sign_in("minh", password)).path == "/account?said=must_change"
    [entry] = [entry for entry in console.audit.page() if entry.action == "account roles"]
    assert (entry.what, entry.before, entry.after) == ("minh", "reader", "editor")


async def test_somebody_is_always_left_to_manage_accounts(someone, accounts):
    chief = await someone("hoa", "administrator")
    await chief.get("/accounts")
    for given in ([("do", "disable")], [("do", "roles"), ("roles", "reader")]):
        await chief.post("/accounts/hoa", given)
        assert chief.path == "/accounts?said=account_last"
    assert accounts.get("hoa").roles == ("administrator",)


async def test_an_account_nobody_has_is_told(someone):
    chief = await someone("hoa", "administrator")
    await chief.get("/accounts")
    assert (await chief.post("/accounts/nobody", {"do": "reset"})).path == "/accounts?said=account_unknown"
    assert (await chief.post("/accounts/hoa", {"do": "dance"})).path == "/accounts"


async def test_the_log_shows_who_did_what(someone, console):
    chief = await someone("hoa", "administrator")
    console.audit.add("minh", "draft saved", "passport", "<b>before</b>", "after")
    await chief.get("/audit")
    assert "lưu bản soạn" in chief.text and "&lt;b&gt;before&lt;/b&gt;" in chief.text
    assert (await chief.get("/audit?before=x")).status == 200
    assert "lưu bản soạn" not in (await chief.get("/audit?before=1")).text
    assert (await chief.get("/audit?before=99999999999999999999999")).status == 200
