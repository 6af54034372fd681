"""The whole of teaching with a real training, through HTTP: label, train, look, promote, answer otherwise, go back.

The one test that trains a model; it takes a minute or more.
"""
from __future__ import annotations

import asyncio
import copy
import re
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from staff.accounts import Accounts
from tests.staff.conftest import PASSWORD, Browser

UNKNOWN = "giá của quyển bìa tím than bay nhảy"
BOATS = """đăng ký tàu cá cần giấy tờ gì
em mới đóng tàu cá, đăng ký ở đâu
tàu đánh cá chưa có đăng ký thì làm răng
làm giấy đăng ký tàu cá
đăng ký thuyền đánh cá
tàu cá của nhà em chưa đăng ký
register a fishing boat
thủ tục đăng ký tàu cá"""
"""Examples of a service that no file knows."""

pytestmark = [pytest.mark.model, pytest.mark.timeout(1200)]


@pytest.fixture
def bot(postgres_url, passport):
    """The whole bot over PostgreSQL, with a script of a service it was never taught."""
    from bot import settings
    from bot.wiring import Bot
    from catalogue.revisions import Revisions

    made = Bot(settings.read({"DATABASE_URL": postgres_url, "BOT_TODAY": "2026-11-23", "DOSSIER_SECRET": "a-secret-of-the-tests"}))
    boats: dict[str, Any] = copy.deepcopy(passport)
    boats.update(id="fishing_boat", programme="decision422", short={"vi": "Tàu cá", "en": "Fishing boat"},
                 name={"vi": "Đăng ký tàu cá", "en": "Registration of a fishing boat"})
    Revisions(made.database).publish("fishing_boat", boats, "lan", "new service")
    Accounts(made.database).add("lan", "Lan", ["trainer"], PASSWORD, must_change=False)
    yield made
    made.database.close()


@pytest.fixture
async def client(bot):
    client = TestClient(TestServer(bot.app), cookie_jar=aiohttp.CookieJar(unsafe=True))
    await client.start_server()
    yield client
    await client.close()


@pytest.fixture
def ask(client):
    async def post(text: str, sender: str = "me") -> list[tuple[str, str | None, list[str]]]:
        response = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": text})
        return [(one["custom"]["kind"], one["custom"]["service"], one["custom"]["aspects"]) for one in await response.json()]

    return post


async def finished(lan: Browser, ask) -> None:
    """Wait until the training's page does not renew itself any more; the bot answers all the while."""
    shares = []
    while 'http-equiv="refresh"' in (await lan.get("/teaching/1")).text:
        shares.append(int(re.search(r'<progress[^>]* value="(\d+)"', lan.text)[1]))
        assert [kind for kind, *_ in await ask("làm hộ chiếu", "somebody")] == ["procedure"]
        await asyncio.sleep(0.5)
    assert shares == sorted(shares) and len(set(shares)) > 2


async def test_what_staff_teach_is_answered_after_a_training_and_their_decision(bot, client, ask):
    assert (await ask(UNKNOWN))[0][1] != "passport"
    assert (await ask("tàu cá thì đăng ký cần giấy tờ chi"))[0][1] != "fishing_boat"

    lan = await Browser(client).sign_in("lan")
    await lan.get("/unanswered")
    turns = re.search(rf'value="([\d,]+)" checked> {UNKNOWN}', lan.text)
    assert turns, "the message is not in the queue"
    await lan.post("/unanswered", {"turns": turns[1], "intent": "passport", "do": "fee"})
    await lan.get("/labels")
    await lan.post("/labels", {"intent": "fishing_boat", "aspects": "documents", "examples": BOATS})
    await (await lan.get("/teaching")).post("/teaching/train")
    await finished(lan, ask)
    training = bot.teaching.trainings.get(1)
    assert training.state == "done", training.log
    assert training.comparison.taught.after == training.comparison.taught.count == 9 > training.comparison.taught.before
    assert training.comparison.below == [] and len(training.comparison.parts) > 25
    assert training.size > 10_000_000

    await ask("tra cứu hồ sơ", "waiting")
    await lan.post("/teaching/1/promote", {"reason": "đã xem"})
    assert await bot.follower.look()
    assert await ask(UNKNOWN) == [("procedure", "passport", ["fee"])]
    assert (await ask("tàu cá thì đăng ký cần giấy tờ chi"))[0][:2] == ("procedure", "fishing_boat")
    assert (await ask('/fishing_boat{"aspect": "fee"}'))[0] == ("procedure", "fishing_boat", ["fee"])
    assert (await ask("G01.123.456-261102-000101", "waiting"))[0][0] == "status", "the open look-up went on"

    await lan.post("/teaching/back")
    assert await bot.follower.look()
    assert (await ask(UNKNOWN, "later"))[0][1] != "passport"
