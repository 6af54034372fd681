"""The console as a site: every address asks for its permission, every form for its secret, and every answer is guarded."""
from __future__ import annotations

import pytest

from answers.reply import About, Reply
from staff import site
from staff.console import MAX_BODY, ROOT
from staff.roles import ROLES, permissions

PLACES = {"script": "passport", "revision": "1", "name": "nobody", "handover": "1", "label": "1", "training": "1"}
NEEDS = {
    "/": "read", "/scripts/{script}": "read", "/scripts/{script}/revisions/{revision}": "read", "/scripts/{script}/preview": "read",
    "/scripts/{script}/open": "edit", "/scripts/{script}/revisions/{revision}/restore": "edit", "/scripts/{script}/edit": "edit",
    "/scripts/{script}/decide": "read", "/accounts": "accounts", "/accounts/{name}": "accounts", "/audit": "audit",
    "/account": None, "/account/password": None, "/account/two-steps": None, "/account/language": None, "/sign-out": None,
    "/scripts/new": "start", "/exchange": "read", "/exchange/export": "read", "/exchange/import": "edit", "/exchange/drafts": "edit",
    "/index": "read", "/index.csv": "read", "/index.xlsx": "read",
    "/reports": "read", "/reports/month": "read", "/reports/export": "read",
    "/switches": "switch",
    "/inbox": "inbox", "/inbox/{handover}": "talk", "/hours": "read", "/hours/days": "accounts",
    "/unanswered": "teach", "/unanswered/undo": "teach", "/labels": "teach", "/labels/export": "teach", "/labels/{label}/remove": "teach",
    "/teaching": "teach", "/teaching/train": "teach", "/teaching/back": "teach", "/teaching/{training}": "teach",
    "/teaching/{training}/stop": "teach", "/teaching/{training}/promote": "teach",
}
"""The permission of each address; None: whoever is signed in."""

OPEN = {"/sign-in", "/static/{name}", "/index.json", ""}


def routes(app):
    return sorted({(route.method, route.resource.canonical.removeprefix(ROOT)) for route in app.router.routes() if route.method != "HEAD"})


@pytest.fixture
def addresses(console):
    return routes(site.build(console))


def test_every_address_is_in_the_list(addresses):
    assert {path for _, path in addresses} - OPEN <= NEEDS.keys()
    assert NEEDS.keys() <= {path for _, path in addresses}


def test_every_permission_is_somebodys():
    assert {needed for needed in NEEDS.values() if needed} <= permissions(ROLES)


async def test_a_stranger_is_asked_to_sign_in_everywhere(browser, addresses):
    mine = await browser()
    for method, path in addresses:
        if path in OPEN:
            continue
        await (mine.get if method == "GET" else mine.post)(path.format(**PLACES))
        assert (mine.path.startswith("/sign-in?to="), mine.status) == ((True, 200) if method == "GET" else (False, 401)), path
        assert 'name="password"' in mine.text, path


@pytest.mark.parametrize("role", ROLES)
async def test_a_page_opens_to_those_who_may_alone(someone, addresses, role):
    mine = await someone("lan", role)
    for method, path in addresses:
        if path in OPEN or path == "/sign-out":
            continue
        await mine.get("/")
        await (mine.get if method == "GET" else mine.post)(path.format(**PLACES))
        allowed = NEEDS[path] is None or NEEDS[path] in ROLES[role]
        assert (mine.status != 403) == allowed, (method, path, mine.status)
        assert mine.status < 500 and ("<h1>" in mine.text or "attachment" in mine.headers["Content-Disposition"]), (method, path)


@pytest.mark.parametrize("sent", [{}, {"csrf": ""}, {"csrf": "made up"}, {"csrf": "\u1ea5" * 40}])
async def test_no_form_is_taken_without_its_secret(someone, addresses, accounts, console, sent):
    mine = await someone("lan", *ROLES)
    before = len(console.audit.page())
    for method, path in addresses:
        if method == "POST" and path not in OPEN:
            mine.text = ""
            await mine.post(path.format(**PLACES), list(sent.items()))
            assert mine.status == 403, path
    assert (len(console.audit.page()), console.drafts.all_open(), len(accounts.all())) == (before, [], 1)


async def test_what_another_site_sends_is_refused_though_it_had_the_secret(someone, console):
    mine = await someone("lan", "editor")
    await mine.get("/scripts/passport")
    await mine.post("/scripts/passport/open", headers={"Origin": "https://example.org"})
    assert mine.status == 403 and console.drafts.current("passport") is None


async def test_every_answer_is_guarded(someone):
    mine = await someone("lan", "reader")
    for path in ("/", "/scripts/passport", "/nothing", "/static/staff.css", "/scripts/nothing"):
        await mine.get(path)
        assert "script-src 'self'" in mine.headers["Content-Security-Policy"], path
        assert mine.headers["X-Content-Type-Options"] == "nosniff"
        assert mine.headers["Cache-Control"] == ("no-cache" if "static" in path else "no-store")


async def test_no_page_has_script_or_style_of_its_own(someone):
    mine = await someone("lan", *ROLES)
    await mine.get("/scripts/passport")
    await mine.post("/scripts/passport/open")
    for path in ("/", "/scripts/passport", "/scripts/passport/edit", "/scripts/passport/preview", "/accounts", "/audit", "/account"):
        await mine.get(path)
        assert " style=" not in mine.text and " onclick=" not in mine.text and "<style" not in mine.text
        assert mine.text.count("<script") == 1, path


@pytest.mark.parametrize("path", ["/nothing", "/scripts/nothing", "/scripts/%00", "/scripts/passport/revisions/99", "/scripts/a%0Ab",
                                  "/scripts/passport/revisions/x", "/scripts/nothing/preview", "/scripts/passport/revisions/1e400",
                                  "/scripts/passport/revisions/99999999999999999999", "/static/../site.py", "/static/..%2Fsite.py"])
async def test_what_is_not_there_is_told_on_a_page(someone, path):
    mine = await (await someone("lan", "reader")).get(path)
    assert mine.status == 404 and "<h1>" in mine.text


async def test_a_body_past_all_reason_is_told_and_changes_nothing(someone, console):
    mine = await someone("lan", "editor")
    await mine.post("/scripts/passport/open")
    await mine.post("/scripts/passport/edit", {"version": "1", "short.vi": "x" * (MAX_BODY + 1)})
    assert mine.status == 413 and "quá lớn" in mine.text
    assert console.drafts.current("passport").version == 1


@pytest.mark.parametrize("kind", ["multipart/form-data", "application/x-www-form-urlencoded; charset=nonsense"])
async def test_a_body_nobody_can_read_is_told(someone, kind):
    mine = await someone("lan", "editor")
    await mine.post_raw("/scripts/passport/open", b"--x\r\nnonsense \xff", kind)
    assert mine.status in (400, 403) and "<h1>" in mine.text


async def test_a_whole_script_fits_though_the_server_takes_small_bodies(someone):
    mine = await someone("lan", "editor")
    await mine.post("/scripts/passport/open")
    await mine.post("/scripts/passport/edit", {"version": "1", "short.vi": "x" * 1_500_000, "do": "save"})
    assert mine.status == 200 and "quá dài" in mine.text


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_is_there_in_every_language(someone, addresses, accounts, console, language):
    mine = await someone("lan", *ROLES)
    accounts.set_language("lan", language)
    await mine.get("/scripts/passport")
    await mine.post("/scripts/passport/open")
    console.teaching.trainings.begin("lan", console.teaching.base, 1)
    console.desk.after("rest:hoa", "rest", "/human_agent", [Reply("person_offered", About("handover", "human_agent"))])
    for method, path in addresses:
        if method == "GET" and path not in OPEN:
            await mine.get(path.format(**PLACES))
            assert mine.status == 200, path
            assert "attachment" in mine.headers.get("Content-Disposition", "") or f'<html lang="{language}">' in mine.text, path
