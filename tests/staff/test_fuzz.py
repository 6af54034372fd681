"""Whatever is typed into the console's forms and addresses, by somebody who may do everything, is told what is wrong: never a fault."""
from __future__ import annotations

import asyncio
import re
from pathlib import Path
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from staff import site
from staff.console import ROOT
from staff.roles import ROLES
from tests.staff.conftest import INDEX_TOKEN
from tests.staff.test_site import PLACES, routes

TEMPLATES = Path(site.__file__).parent / "templates"
FIELDS = sorted({name for path in TEMPLATES.glob("*.html") for name in re.findall(r'name="([a-z_]+)"', path.read_text(encoding="utf-8"))} - {"csrf"})
EFFECTIVE = {"/sign-out", "/account/password", "/teaching/train"}
"""Addresses that would end the test's own session, or begin a training."""

FEW = settings(max_examples=6, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
ODD = st.sampled_from(["", "0", "-1", "99999999999999999999", "2", "\x00", "a\x00b", "\ud7ff", "NaN", "1e9", "2026-02-30", "9999-12-31", "0001-01-01",
                       "'; DROP TABLE turns; --", "<script>", "../../etc/passwd", "{{7*7}}", "x" * 5000, "passport", "on", "\r\nX: y"]) | st.text(max_size=30)
FORMS = st.lists(st.tuples(st.sampled_from(FIELDS) | st.text(max_size=10), ODD), max_size=8)

# PostgreSQL refuses what SQLite takes: null characters, numbers too large.
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
async def everybody(someone, server):
    """A session of somebody with every role, the secret of its forms, and where the console is."""
    me = await someone("everybody", *ROLES)
    await me.get("/account")
    session = requests.Session()
    session.headers["Connection"] = "close"
    session.cookies.update({name: cookie.value for name, cookie in me.cookies.items()})
    yield session, me.csrf, str(server.make_url(ROOT))
    session.close()


def sending(session: requests.Session, csrf: str, base: str, method: str, path: str):
    """Return a test that sends anything to one address."""

    @FEW
    @given(places=st.fixed_dictionaries({name: st.just(place) | ODD for name, place in PLACES.items()}), form=FORMS)
    def send(places: dict, form: list) -> None:
        address = base + path.format(**{name: quote(text.encode("utf-8", "replace"), safe="") or "-" for name, text in places.items()})
        sent = {"params": form} if method == "GET" else {"data": [("csrf", csrf), *form]}
        response = session.request(method, address, **sent)
        assert response.status_code < 500, (method, address, form)

    return send


async def test_no_form_leads_to_a_fault(everybody, console):
    for method, path in routes(site.build(console)):
        if path not in EFFECTIVE:
            await asyncio.to_thread(sending(*everybody, method, path))


async def test_the_feed_of_the_index_answers_as_its_page_says_whatever_is_asked(everybody):
    from tests.bot.test_openapi import OPERATIONS

    session, _, base = everybody
    wanted = {"Authorization": f"Bearer {INDEX_TOKEN}"}

    @FEW
    @given(case=OPERATIONS["GET /staff/index.json"].as_strategy())
    def ask(case) -> None:
        response = case.call(base_url=base.removesuffix(ROOT), headers=wanted)
        assert response.status_code == 200, response.text
        case.validate_response(response, headers=wanted)

    await asyncio.to_thread(ask)
    assert (await asyncio.to_thread(session.get, f"{base}/index.json")).status_code == 401
