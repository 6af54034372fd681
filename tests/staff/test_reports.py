"""Reports through HTTP: as a page, for a month, and as files; with nothing personal in any of it."""
from __future__ import annotations

import csv
import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from conversations.tables import Turn
from tests.staff.conftest import ON_ONE


@pytest.fixture
def asked(database):
    """Some turns of November 2026."""
    with database.session() as session:
        for number in range(8):
            session.add(Turn(
                chat=f"telegram:secret-{number}", at=datetime(2026, 11, 20 + number % 3, 4), channel="telegram", language="vi",
                said="=làm giấy <b>nuôi cá" if number < 3 else "hộ chiếu", intent="passport", service=None if number < 3 else "passport",
                aspect=None if number < 3 else "fee", decision="fallback" if number < 3 else "answer",
                outcomes="not_understood" if number < 3 else "answered", rating=1 if number == 7 else None))


PERIOD = "since=2026-11-01&until=2026-11-30"


async def test_the_page_shows_the_figures(someone, asked):
    mine = await (await someone("lan", "reader")).get("/reports")
    assert mine.status == 200
    for text in ("Hộ chiếu", "62.5%", "37.5%", "Lệ phí", "Telegram", "&lt;b&gt;nuôi cá", "100.0%", "<svg"):
        assert text in mine.text, text
    assert "secret-" not in mine.text


async def test_nothing_yet_is_a_page_too(someone):
    mine = await someone("lan", "reader")
    for path in ("/reports", "/reports/month", "/reports/export?as=csv", "/reports/export?as=xlsx"):
        assert (await mine.get(path)).status == 200, path


@ON_ONE
@pytest.mark.parametrize(("query", "said"), [
    ("since=2026-11-21&until=2026-11-21", False), ("since=2026-11-22&until=2026-11-21", True), ("since=x", True),
    ("since=2020-01-01&until=2026-11-21", True), ("since=0001-01-01&until=0001-01-01", True), ("since=9999-12-31&until=9999-12-31", True)])
async def test_a_period_that_is_none_is_told(someone, asked, query, said):
    mine = await (await someone("lan", "reader")).get(f"/reports?{query}")
    assert mine.status == 200 and ("Khoảng ngày chưa đúng" in mine.text) == said


@ON_ONE
@pytest.mark.parametrize("month", ["2026-11", "2026-02", "", "x", "2026-13", "0001-01", "9999-12"])
async def test_a_month_is_a_page_to_print(someone, asked, month):
    mine = await (await someone("lan", "reader")).get(f"/reports/month?month={month}")
    assert mine.status == 200 and "Báo cáo tháng" in mine.text
    assert ("đến hết 30/11/2026" in mine.text) == (month != "2026-02")


async def test_the_csv_is_what_a_spreadsheet_reads(someone, asked):
    mine = await (await someone("lan", "reader")).get(f"/reports/export?{PERIOD}&as=csv")
    rows = list(csv.reader(io.StringIO(mine.body.decode("utf-8-sig"))))
    assert mine.body.startswith(b"\xef\xbb\xbf") and rows[0] == ["Nhóm", "Mục", "Số lượt", "Tỷ lệ (%)"]
    assert ["Theo thủ tục", "Hộ chiếu", "5", "62.5"] in rows
    assert ["Câu chưa trả lời được nhiều nhất", "'=làm giấy <b>nuôi cá", "3", ""] in rows
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert "secret-" not in mine.text


async def test_the_workbook_has_real_numbers_and_no_formula(someone, asked):
    mine = await (await someone("lan", "reader")).get(f"/reports/export?{PERIOD}&as=xlsx")
    rows = [[cell.value for cell in row] for row in load_workbook(io.BytesIO(mine.body)).active.iter_rows()]
    assert ["Theo thủ tục", "Hộ chiếu", 5, 62.5] in rows
    [cell] = [row[1] for row in load_workbook(io.BytesIO(mine.body)).active.iter_rows() if str(row[1].value).startswith("=")]
    assert cell.data_type == "s"


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_reports_speak_the_language_of_the_account(someone, accounts, asked, language):
    mine = await someone("lan", "reader")
    accounts.set_language("lan", language)
    await mine.get("/reports")
    assert ("Passport" in mine.text) == (language == "en")
