"""The service index in the console: page, files, and the feed with its token."""
from __future__ import annotations

import csv
import io
from datetime import date, datetime

import aiohttp
import openpyxl
import pytest

from dossiers import records
from dossiers.index import GROUPS, definitions
from staff.console import ROOT
from tests.staff.conftest import INDEX_TOKEN

STATE = {
    "number": "", "service": "passport", "status": 4, "office": "UBND", "filed_on": date(2026, 11, 2), "due_on": None,
    "changed_at": datetime(2026, 11, 3, 2), "note": "", "phone_hash": "x", "id_hash": None, "level": "commune", "channel": 2,
    "paid_online": None, "finished_on": None, "supplement_by": None, "source": None}


@pytest.fixture(autouse=True)
def dossiers(database):
    offices = ["UBND xã A"] * 20 + ["=cmd|x"] * 12 + ["UBND xã B"] * 2 + ["<b>Sở</b>"] * 3
    rows = [{**STATE, "number": f"H41.12-261112-{place:06}", "office": office} for place, office in enumerate(offices)]
    with database.session() as session:
        records.write(session, rows, datetime(2026, 11, 3))


@pytest.mark.parametrize("by", GROUPS)
async def test_the_page_shows_figures_charts_and_definitions(someone, by):
    page = await (await someone("lan", "reader")).get(f"/index?by={by}")
    assert page.status == 200
    assert "<svg" in page.text and "100.0%" in page.text
    assert all(one["means"]["vi"] in page.text for one in definitions().values())


async def test_small_groups_are_hidden_and_names_are_shown_as_text(someone):
    page = await (await someone("lan", "reader")).get("/index?by=office")
    assert "UBND xã B" in page.text and "&lt;10" in page.text
    assert "<b>Sở" not in page.text


@pytest.mark.parametrize("query", ["by=x&from=y&to=z", "from=2026-13-01", "by=office&from=2027-01-01&to=2026-01-01"])
async def test_an_odd_address_is_answered(someone, query):
    assert (await (await someone("lan", "reader")).get(f"/index?{query}")).status == 200


async def test_the_csv_file_carries_no_formula_and_the_definitions(someone):
    page = await (await someone("lan", "reader")).get("/index.csv?by=office")
    rows = list(csv.reader(io.StringIO(page.text.lstrip("\ufeff"))))
    assert rows[1][:4] == ["UBND xã A", "20", "20", "100.0"]
    assert rows[2][0] == "'=cmd|x"
    assert rows[3][1:3] == ["<10"] * 2
    assert definitions()["online"]["means"]["vi"] in [cell for row in rows for cell in row]


async def test_the_workbook_says_the_same(server, accounts, someone, monkeypatch):
    browser = await someone("lan", "reader")
    response = await browser._client.get(f"{ROOT}/index.xlsx?by=office")
    sheet = openpyxl.load_workbook(io.BytesIO(await response.read())).active
    assert [cell.value for cell in sheet[2]][:3] == ["UBND xã A", 20, 20]


@pytest.mark.parametrize("path", ["/index", "/index.csv", "/index.xlsx"])
async def test_nobody_reads_it_without_an_account(browser, path):
    assert (await (await browser()).get(path)).path.startswith("/sign-in")


async def test_the_feed_answers_who_has_the_token(server):
    async with aiohttp.ClientSession() as session:
        url = server.make_url(f"{ROOT}/index.json?by=office")
        async with session.get(url, headers={"Authorization": f"Bearer {INDEX_TOKEN}"}) as response:
            feed = await response.json()
        assert response.status == 200
        assert feed["total"]["received"] == {"count": 37} and feed["total"]["online"] == {"count": 37, "percent": 100.0}
        assert [group["name"] for group in feed["groups"] if group.get("suppressed")] == ["<b>Sở</b>", "UBND xã B"]
        assert feed["definitions"].keys() == definitions().keys()
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}):
            async with session.get(url, headers=headers) as response:
                assert response.status == 401 and "received" not in await response.text()


async def test_without_a_token_there_is_no_feed(console, server, monkeypatch):
    object.__setattr__(console, "index_token", "")
    async with aiohttp.ClientSession() as session, session.get(
            server.make_url(f"{ROOT}/index.json"), headers={"Authorization": "Bearer "}) as response:
        assert response.status == 401
