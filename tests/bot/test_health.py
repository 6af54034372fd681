"""What a monitor sees: alive, ready, and what keeps the bot from being ready."""
from __future__ import annotations

import asyncio
import threading

import pytest

from bot import health, server

pytestmark = pytest.mark.model


async def test_a_live_process_says_so(client):
    response = await client.get("/healthz")
    assert response.status == 200
    assert await response.json() == {"status": "alive"}


async def test_a_bot_with_its_database_and_model_is_ready(client):
    response = await client.get("/readyz")
    assert response.status == 200
    assert await response.json() == {"database": True, "model": True}


@pytest.mark.parametrize("failing", ["database", "model", "telegram"])
async def test_a_bot_that_is_not_ready_names_what_is_missing(failing, aiohttp_client, conversation, metrics):
    checks = {name: lambda name=name: name != failing for name in ("database", "model", "telegram")}
    client = await aiohttp_client(server.build(conversation, metrics, checks))
    response = await client.get("/readyz")
    assert response.status == 503
    assert [name for name, fine in (await response.json()).items() if not fine] == [failing]
    assert (await client.get("/healthz")).status == 200


async def test_a_part_that_hangs_is_missing_is_asked_once_and_is_back_by_itself(aiohttp_client, conversation, metrics, monkeypatch, caplog):
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    answers, asked = threading.Event(), []

    def database() -> bool:
        asked.append(1)
        return answers.wait(60)

    client = await aiohttp_client(server.build(conversation, metrics, {"database": database, "model": lambda: True}))
    found = [await client.get("/readyz") for _ in range(3)]
    assert [(response.status, await response.json()) for response in found] == [(503, {"database": False, "model": True})] * 3
    assert len(asked) == 1 and (await client.get("/healthz")).status == 200
    answers.set()
    while (await client.get("/readyz")).status != 200:
        await asyncio.sleep(0.01)
    assert [record.message for record in caplog.records if record.name == "bot.health"] == ["not ready: database"]


async def test_a_check_that_fails_is_a_part_that_is_missing(aiohttp_client, conversation, metrics):
    def database() -> bool:
        raise ConnectionError

    client = await aiohttp_client(server.build(conversation, metrics, {"database": database}))
    assert (await client.get("/readyz")).status == 503


async def test_the_whole_bot_checks_its_database_and_model(aiohttp_client, real_bot):
    response = await (await aiohttp_client(real_bot.app)).get("/readyz")
    assert response.status == 200
    assert await response.json() == {"database": True, "model": True}
