"""A citizen in the web chat and an agent in the console, in Chromium, with the real bot between them."""
from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from aiohttp import web
from argon2 import PasswordHasher
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from answers.words import Words
from bot import server
from bot.conversation import Conversation
from bot.delivery import Delivery
from conversations.hours import Hours
from conversations.outbox import Outbox
from conversations.record import Record
from staff import site as console_site
from staff.accounts import Accounts
from staff.audit import Audit
from staff.console import CONSOLE, ROOT, WORDS
from staff.desk import Desk
from store.base import utc_now

VI, STAFF, PAGE = Words("vi"), Words("vi", WORDS), Words("vi").get("page")
PASSWORD = "a-long-password"

pytestmark = [pytest.mark.browser, pytest.mark.model, pytest.mark.asyncio(loop_scope="session")]


class Always(Hours):
    """Hours that are open on whatever day and at whatever time the tests run."""

    def open(self) -> bool:
        return True


class Never(Hours):
    """Hours that are closed, as at night, on whatever day and at whatever time the tests run."""

    def open(self) -> bool:
        return False

    def next_open(self) -> datetime:
        return utc_now() + timedelta(hours=9)


@pytest_asyncio.fixture(loop_scope="session")
async def open_site(real_bot, engine, metrics):
    """Serve the bot with its desk in these hours: `address, desk = await open_site(Always)`."""
    running = []

    async def serve(hours: type[Hours]):
        database, outbox = real_bot.database, Outbox(real_bot.database)
        desk = Desk(database, outbox, hours(database), Audit(database), real_bot.desk._named)
        delivery = Delivery(outbox, {}, [desk.expects])
        app = server.build(Conversation(engine, metrics, Record(database).rate, desk), metrics, {}, delivery)
        console = next(app[CONSOLE] for app in real_bot.app._subapps)
        accounts = Accounts(database, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        app.add_subapp(ROOT, console_site.build(replace(console, accounts=accounts, desk=desk)))
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        running.append((runner, asyncio.create_task(delivery.run())))
        if "minh" not in [one.name for one in accounts.all()]:
            accounts.add("minh", "Trần Thị Minh", ["agent"], PASSWORD, must_change=False)
        return "http://{}:{}".format(*runner.addresses[0][:2]), desk

    yield serve
    for runner, work in running:
        work.cancel()
        await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def page_of(browser, faults):
    """Open a page for somebody of their own: `await page_of(address, width=390)`; it must end without a complaint."""
    contexts = []

    async def open_page(address: str, width: int = 1000):
        contexts.append(await browser.new_context(
            locale="vi-VN", viewport={"width": width, "height": 800}, reduced_motion="reduce"))
        page = await contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: faults.append(said.text) if said.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        await page.goto(address)
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert faults == []


async def sign_in(page, address):
    await page.goto(f"{address}{ROOT}/sign-in")
    await page.get_by_label(STAFF("sign_in.name")).fill("minh")
    await page.get_by_label(STAFF("sign_in.password")).fill(PASSWORD)
    await page.get_by_role("button", name=STAFF("sign_in.go")).click()


async def say(page, text):
    await page.locator("#input").fill(text)
    await page.locator("#send").click()
    await expect(page.locator("article.mine").last).to_contain_text(text)
    await expect(page.locator("#send")).to_be_enabled()


def answers(page):
    return page.locator("#log article.theirs")


async def accessible(page):
    results = await Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("width", [1000, 390])
async def test_a_citizen_is_answered_by_a_person_and_by_the_bot_again(width, open_site, page_of, tmp_path):
    address, desk = await open_site(Always)
    citizen, agent = await page_of(address, width), await page_of(address, width)
    await expect(answers(citizen)).to_have_count(1)
    await say(citizen, "làm hộ chiếu hết bao nhiêu tiền")
    await say(citizen, "cho tôi gặp người thật")
    await expect(answers(citizen).last).to_contain_text(VI("handover.waiting", place=1))
    await say(citizen, "số căn cước của tôi là 040099012345")
    await expect(answers(citizen).last).to_contain_text(VI("handover.passed_on", place=1))
    await citizen.screenshot(path=tmp_path / "waiting.png")

    await sign_in(agent, address)
    await expect(agent.locator(".count")).to_contain_text("1")
    await agent.get_by_role("link", name=STAFF("menu.inbox")).click()
    await accessible(agent)
    await agent.screenshot(path=tmp_path / "inbox.png", full_page=True)
    await agent.get_by_role("button", name=STAFF("inbox.take")).click()
    talk = agent.locator("ol.talk")
    await expect(talk).to_contain_text("làm hộ chiếu hết bao nhiêu tiền")
    await expect(talk).to_contain_text("040099012345")
    await expect(answers(citizen).last).to_contain_text(VI("handover.joined", name="Trần Thị Minh"))

    # What the citizen writes appears by itself at the agent's, and the bot is silent.
    count = await answers(citizen).count()
    await say(citizen, "tôi cần làm gấp")
    await expect(talk).to_contain_text("tôi cần làm gấp")
    await agent.get_by_label(STAFF("inbox.write")).fill("Chào anh, anh mang căn cước tới phòng Quản lý xuất nhập cảnh.")
    await agent.get_by_role("button", name=STAFF("inbox.send"), exact=True).click()
    await expect(answers(citizen)).to_have_count(count + 1)
    await expect(answers(citizen).last).to_contain_text("anh mang căn cước")
    await expect(answers(citizen).last.locator("h2")).to_have_text(VI("handover.by", name="Trần Thị Minh"))

    await agent.get_by_label(STAFF("inbox.service")).select_option("passport")
    await agent.get_by_label(STAFF("preview.aspect")).select_option("documents")
    await accessible(agent)
    await agent.get_by_role("button", name=STAFF("inbox.send_card")).click()
    await expect(answers(citizen).last).to_contain_text(VI("aspects.documents"))
    await agent.screenshot(path=tmp_path / "conversation.png", full_page=True)
    await citizen.screenshot(path=tmp_path / "answered.png")

    # A button of the card is for the bot, also while a person has the conversation.
    await answers(citizen).last.get_by_role("button", name=VI("aspect_buttons.fee")).click()
    await expect(answers(citizen).last.locator("h2")).to_contain_text(VI("aspects.fee"))

    agent.on("dialog", lambda dialog: asyncio.ensure_future(dialog.accept()))
    await agent.get_by_role("button", name=STAFF("inbox.close")).click()
    await expect(answers(citizen).last).to_contain_text(VI("handover.ended"))
    await say(citizen, "làm hộ chiếu ở đâu")
    await expect(answers(citizen).last.locator("h2")).to_contain_text(VI("aspects.place"))
    assert desk.load().taken == 0


async def test_a_citizen_leaves_the_queue_with_one_button(open_site, page_of):
    address, desk = await open_site(Always)
    citizen = await page_of(address)
    await expect(answers(citizen)).to_have_count(1)
    await answers(citizen).last.get_by_role("button", name=VI("fallback.person")).click()
    await expect(answers(citizen).last).to_contain_text(VI("handover.waiting", place=1))
    await answers(citizen).last.get_by_role("button", name=VI("handover.back")).click()
    await expect(answers(citizen).last).to_contain_text(VI("handover.resumed"))
    await say(citizen, "làm hộ chiếu ở đâu")
    await expect(answers(citizen).last.locator("h2")).to_contain_text(VI("aspects.place"))
    assert desk.load().waiting == 0


async def test_at_night_a_message_is_taken_and_its_answer_comes_into_the_chat(open_site, page_of, tmp_path):
    address, desk = await open_site(Never)
    citizen = await page_of(address, 390)
    await expect(answers(citizen)).to_have_count(1)
    await say(citizen, "cho tôi gặp cán bộ")
    await expect(answers(citizen).last).to_contain_text(VI("handover.away_title"))
    await citizen.screenshot(path=tmp_path / "away.png")
    await answers(citizen).last.get_by_role("button", name=VI("handover.leave_message")).click()
    await expect(answers(citizen).last).to_contain_text(VI("handover.write"))
    await say(citizen, "nhờ cán bộ hướng dẫn làm lại giấy khai sinh cho mẹ tôi")
    await expect(answers(citizen).last).to_contain_text(VI("handover.taken"))
    await say(citizen, "làm hộ chiếu ở đâu")
    await expect(answers(citizen).last.locator("h2")).to_contain_text(VI("aspects.place"))

    [row] = desk.inbox()["later"]
    agent = await page_of(address, 390)
    await sign_in(agent, address)
    await agent.goto(f"{address}{ROOT}/inbox/{row.id}")
    await agent.get_by_role("button", name=STAFF("inbox.take")).click()
    await agent.get_by_label(STAFF("inbox.write")).fill("Chào chị, chị gửi tên xã nơi đăng ký giúp em.")
    await agent.get_by_role("button", name=STAFF("inbox.send"), exact=True).click()
    await expect(answers(citizen).last).to_contain_text("chị gửi tên xã")
    await accessible(citizen)
    await agent.goto(f"{address}{ROOT}/hours")
    await accessible(agent)
    await agent.screenshot(path=tmp_path / "hours.png")
    await asyncio.to_thread(desk.close, row.id, "minh")
    await expect(answers(citizen).last).to_contain_text(VI("handover.ended"))
