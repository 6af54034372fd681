"""The whole bot with `REDIS_URL`: its messages are counted there, and it goes on without."""
from __future__ import annotations

import time

import pytest
from redis import Redis
from sqlalchemy import func, select

from bot import settings
from conversations.tables import RateRow
from tests.valkey_server import Valkey

pytestmark = pytest.mark.model

ELSEWHERE = {"X-Forwarded-For": "203.0.113.7"}


@pytest.fixture
def server():
    with Valkey() as started:
        yield started


@pytest.fixture
def bot(server, tmp_path):
    from bot.wiring import Bot

    built = Bot(settings.read({"DATABASE_URL": f"sqlite:///{tmp_path}/bot.db", "REDIS_URL": server.url, "RATE_CHAT": "2", "PROXIES": "1",
                               "DOSSIER_SECRET": "a-secret-of-the-tests"}))
    yield built
    built.rates.close()
    built.database.close()


async def test_messages_are_counted_in_valkey_and_an_outage_of_it_is_none_of_the_bot(bot, server, aiohttp_client):
    client = await aiohttp_client(bot.app)

    async def say(sender: str) -> int:
        return (await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": "/help"}, headers=ELSEWHERE)).status

    async def watched() -> str:
        await bot._watch()
        return await (await client.get("/metrics")).text()

    assert [await say("a") for _ in range(5)] == [200] * 3 + [429] * 2
    kept = Redis.from_url(server.url, decode_responses=True)
    assert len(kept.keys("message_rates:*")) == 2  # the chat and its address
    assert not [key for key in kept.scan_iter() if "203.0.113" in key or "rest:a" in key]
    with bot.database.session() as session:
        assert session.execute(select(func.count()).select_from(RateRow)).scalar_one() == 0
    assert "bot_limits_hold 1.0" in await watched()

    server.kill()
    started = time.perf_counter()
    assert [await say("a") for _ in range(5)] == [200] * 5
    assert time.perf_counter() - started < 5
    assert (await client.get("/readyz")).status == 200
    assert "bot_limits_hold 0.0" in await watched()

    server.start()
    time.sleep(1.1)
    assert [await say("a") for _ in range(5)] == [200] * 3 + [429] * 2
    assert "bot_limits_hold 1.0" in await watched()
