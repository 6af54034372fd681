"""What a monitor sees: alive, ready, and what keeps the bot from being ready."""
from __future__ import annotations

import pytest

from bot import server

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


async def test_the_whole_bot_checks_its_database_and_model(aiohttp_client, real_bot):
    response = await (await aiohttp_client(real_bot.app)).get("/readyz")
    assert response.status == 200
    assert await response.json() == {"database": True, "model": True}
