"""The console as people use it, in Chromium, with the real bot behind it: what a clerk does, and what a citizen then reads."""
from __future__ import annotations

from contextlib import suppress

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from staff.accounts import Accounts
from staff.console import ROOT
from tests.bot.conftest import browser, real_bot  # noqa: F401
from tests.staff.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]

MOST_STEPS = 16
"""Clicks and fields from the sign-in to the request for approval: at seven seconds each, somebody new needs two minutes."""

MOST_KEYS = 120
"""Keys that are pressed from one place of a page to another, at most."""

PAGES = ("/sign-in", "/", "/scripts/passport", "/scripts/passport/edit", "/scripts/passport/preview?aspect=fee", "/scripts/new",
         "/scripts/passport/revisions/1", "/exchange", "/reports", "/reports/month", "/accounts", "/audit", "/account", "/nothing")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def site(real_bot, hasher):  # noqa: F811
    """The address of the whole bot; a clerk, an approver and somebody who may do everything have accounts."""
    accounts = Accounts(real_bot.database, hasher)
    for name, full, roles in (("lan", "Nguyễn Thị Lan", ["editor"]), ("hoa", "Trần Thị Hoa", ["approver"]),
                              ("minh", "Lê Minh", ["editor", "administrator", "approver"])):
        accounts.add(name, full, roles, PASSWORD, must_change=False)
    runner = web.AppRunner(real_bot.app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*runner.addresses[0][:2])
    await runner.cleanup()


class Person:
    """Somebody at a browser, who sees names and labels; counts what they do."""

    def __init__(self, page) -> None:
        self.page = page
        self.steps: list[str] = []

    async def click(self, kind: str, name: str, **more) -> None:
        self.steps.append(f"click {name}")
        await self.page.get_by_role(kind, name=name, **more).first.click()

    async def fill(self, place, text: str, name: str) -> None:
        self.steps.append(f"fill {name}")
        await place.fill(text)

    async def sign_in(self, name: str) -> None:
        await self.fill(self.page.get_by_label("Tên đăng nhập"), name, "name")
        await self.fill(self.page.get_by_label("Mật khẩu"), PASSWORD, "password")
        await self.click("button", "Đăng nhập")

    async def tab_to(self, test: str) -> None:
        """Press Tab until what has the focus passes a test in the page's own language."""
        for _ in range(MOST_KEYS):
            await self.page.keyboard.press("Tab")
            if await self.page.evaluate(f"(() => {{ const at = document.activeElement; return {test}; }})()"):
                return
        pytest.fail(f"no way by keyboard to {test}")


@pytest_asyncio.fixture(loop_scope="session")
async def sit_down(browser, site):  # noqa: F811
    """Give a person a browser of their own at the console; it must end without a complaint."""
    contexts, faults = [], []

    async def give(width: int = 1280, **options) -> Person:
        contexts.append(await browser.new_context(viewport={"width": width, "height": 900}, locale="vi-VN", **options))
        page = await contexts[-1].new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") and "404" not in said.text else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(f"{site}{ROOT}/")
        return Person(page)

    yield give
    for context in contexts:
        with suppress(Exception):
            await context.close()
    assert faults == []


async def asked(site: str, text: str) -> str:
    """Return what a citizen who asks for the first time reads."""
    async with aiohttp.ClientSession() as session, session.post(
            f"{site}/webhooks/rest/webhook", json={"sender": f"walk-{text}", "message": text}) as response:
        return (await response.json())[0]["text"]


async def test_a_clerk_changes_a_fee_a_second_person_approves_and_the_citizen_reads_it(site, sit_down):
    assert "100.000đ" in await asked(site, "làm hộ chiếu hết bao nhiêu tiền")
    lan = await sit_down()
    await lan.sign_in("lan")
    await lan.fill(lan.page.get_by_label("Tìm"), "ho chieu", "find")
    await expect(lan.page.locator("#scripts tbody tr:visible")).to_have_count(1)
    await lan.click("link", "Hộ chiếu")
    await lan.click("button", "Sửa thủ tục này")
    await lan.click("link", "Lệ phí", exact=True)
    await lan.fill(lan.page.locator("[name='fees.0.periods.0.amount_vnd']"), "123.000", "amount")
    await lan.click("button", "Lưu và xem thử")
    lan.steps.append("choose the fee")
    await lan.page.get_by_label("Phần").select_option("fee")
    await lan.click("button", "Xem")
    await expect(lan.page.locator(".bubble")).to_contain_text("123.000đ")
    await lan.click("link", "Soạn tiếp")
    await lan.fill(lan.page.get_by_label("Lý do sửa"), "Thông tư 1/2026", "reason")
    await lan.click("button", "Gửi duyệt")
    await expect(lan.page.get_by_role("status")).to_contain_text("Đã gửi duyệt")
    assert len(lan.steps) <= MOST_STEPS, lan.steps
    assert "100.000đ" in await asked(site, "làm hộ chiếu mất bao nhiêu tiền"), "nothing changes before somebody approves"

    hoa = await sit_down()
    await hoa.sign_in("hoa")
    await expect(hoa.page.get_by_text("1 bản chờ duyệt")).to_be_visible()
    await hoa.click("link", "Hộ chiếu")
    await expect(hoa.page.locator("td.after")).to_have_text("123000")
    await hoa.click("button", "Duyệt")
    await expect(hoa.page.get_by_role("status")).to_contain_text("Người dân hỏi là thấy ngay")
    await hoa.page.wait_for_timeout(1_000)
    answer = await asked(site, "lệ phí làm hộ chiếu")
    assert "123.000đ" in answer and "passport@2" in answer


async def test_a_change_is_made_and_submitted_with_the_keyboard_alone(sit_down):
    minh = await sit_down()
    keys = minh.page.keyboard
    await keys.type("minh")
    await keys.press("Tab")
    await keys.type(PASSWORD)
    await keys.press("Enter")
    await expect(minh.page.locator("#scripts")).to_be_visible()
    await minh.tab_to("at.id === 'find'")
    await keys.type("con dau moi")
    await minh.tab_to("at.closest('#scripts') && at.textContent.includes('Con dấu mới')")
    assert await minh.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    await keys.press("Enter")
    await minh.page.wait_for_url("**/scripts/seal_new")
    await minh.tab_to("at.textContent === 'Sửa thủ tục này'")
    await keys.press("Enter")
    await minh.page.wait_for_url("**/edit")
    await minh.tab_to("at.hash === '#section.short'")
    await keys.press("Enter")
    await minh.tab_to("at.name === 'short.vi'")
    await keys.press("Control+A")
    await keys.type("Con dấu mới khắc")
    await keys.press("Enter")
    await expect(minh.page.get_by_role("status")).to_contain_text("Đã lưu")
    await minh.tab_to("at.hash === '#reason'")
    await keys.press("Enter")
    await minh.tab_to("at.name === 'reason'")
    await keys.type("Gọi cho rõ")
    await minh.tab_to("at.value === 'submit'")
    await keys.press("Enter")
    await expect(minh.page.get_by_role("status")).to_contain_text("Đã gửi duyệt")


async def test_leaving_with_work_that_is_not_saved_asks_first(sit_down, site):
    minh = await sit_down()
    await minh.sign_in("minh")
    await minh.page.goto(f"{site}{ROOT}/scripts/seal_special")
    await minh.click("button", "Sửa thủ tục này")
    await minh.fill(minh.page.locator("[name='short.vi']"), "Chưa lưu", "short")
    questions = []

    async def stay(dialog):
        questions.append(dialog.type)
        await dialog.dismiss()

    minh.page.on("dialog", stay)
    await minh.click("link", "Báo cáo")
    await expect(minh.page.locator("[name='short.vi']")).to_have_value("Chưa lưu")
    assert questions == ["beforeunload"]
    await minh.click("button", "Lưu nháp")
    await expect(minh.page.get_by_role("status")).to_contain_text("Đã lưu")
    await minh.click("link", "Báo cáo")
    await minh.page.wait_for_url("**/reports")


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_is_accessible_and_fits_a_phone(sit_down, site, real_bot, hasher, language):  # noqa: F811
    minh = await sit_down(390)
    Accounts(real_bot.database, hasher).set_language("minh", language)
    await minh.sign_in("minh")
    await minh.page.goto(f"{site}{ROOT}/scripts/passport")
    begin = minh.page.locator("form[action$='/open'] button")
    if await begin.count():
        await begin.click()
    for path in PAGES:
        await minh.page.goto(f"{site}{ROOT}{path}")
        found = await Axe().run(minh.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
        assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == [], path
        assert len(found.response["passes"]) > 8, "the rules were looked at"
        over = await minh.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, path
        assert await minh.page.locator("html").get_attribute("lang") == language


async def test_a_month_prints_on_two_pages(sit_down, site):
    minh = await sit_down()
    await minh.sign_in("minh")
    await minh.page.goto(f"{site}{ROOT}/reports/month")
    printed = await minh.page.pdf(prefer_css_page_size=True)
    assert printed.startswith(b"%PDF") and printed.count(b"/Type /Page\n") <= 2
    await minh.page.emulate_media(media="print")
    await expect(minh.page.locator("header")).to_be_hidden()
    await expect(minh.page.locator("h1")).to_be_visible()
