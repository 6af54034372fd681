"""The webhook over real HTTP: an update is answered once, before Telegram is told that it arrived, and not lost at the end."""
from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from answers.talk import greeting
from answers.words import Words
from bot.conversation import Conversation
from bot.telegram.service import TelegramService
from bot.telegram.webhook import HEADER, PATH
from conversations.updates import Updates
from store.database import Database

SECRET = "0123456789abcdef"


def message(number: int, chat: int = 5) -> dict:
    return {"update_id": number, "message": {"message_id": number, "date": 1, "text": "chào", "chat": {"id": chat, "type": "private"},
                                             "from": {"id": chat, "is_bot": False, "first_name": "Lan"}}}


@pytest.fixture
async def bot_api(aiohttp_server):
    """A Bot API server that takes everything; `sent` are the chats that were written to, `hold` makes it wait."""
    app = web.Application()

    async def call(request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "getMe":
            return web.json_response({"ok": True, "result": {"id": 7, "is_bot": True, "first_name": "Bot", "username": "bot"}})
        if method == "sendMessage":
            await server.open.wait()
            server.sent.append((await request.post())["chat_id"])
            return web.json_response({"ok": True, "result": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}}})
        if method == "setWebhook":
            server.url = (await request.post())["url"]
        if method == "getWebhookInfo":
            info = {"url": server.url, "has_custom_certificate": False, "pending_update_count": 0}
            return web.json_response({"ok": server.url is not None, "result": info, "description": "Bad Gateway", "error_code": 502},
                                     status=200 if server.url is not None else 502)
        return web.json_response({"ok": True, "result": True})

    app.router.add_post("/bot{token}/{method}", call)
    server = await aiohttp_server(app)
    server.sent, server.open = [], asyncio.Event()
    server.open.set()
    return server


@pytest.fixture
async def replicas(bot_api, aiohttp_client, stand_in, metrics, tmp_path):
    """Two processes' Telegram sides over one database, each with a client of its webhook."""
    stand_in.replies = [greeting(Words("vi"))]
    databases = [Database(f"sqlite:///{tmp_path}/bot.db") for _ in range(2)]
    made = []
    for database in databases:
        service = TelegramService(Conversation(stand_in, metrics, stand_in.rate), "1:TOKEN", str(bot_api.make_url("")).rstrip("/"),
                                  "https://example.org", SECRET, Updates(database))
        app = web.Application()
        service.add_to(app)
        client = await aiohttp_client(app)
        await service.start()
        made.append((service, client))
    yield made
    bot_api.open.set()
    for service, _ in made:
        if service.ready:
            await service.stop()
    for database in databases:
        database.close()


async def give(client, update: dict) -> int:
    response = await client.post(PATH, json=update, headers={HEADER: SECRET})
    return response.status


async def test_an_update_is_answered_before_telegram_is_told_that_it_arrived(replicas, bot_api):
    (_, client), _ = replicas
    assert await give(client, message(1)) == 200
    assert bot_api.sent == ["5"]


async def test_the_same_update_is_answered_once_whichever_process_it_reaches(replicas, bot_api):
    (_, first), (_, second) = replicas
    assert [await give(client, message(1)) for client in (first, second, first)] == [200, 200, 200]
    assert await give(second, message(2, 6)) == 200
    assert bot_api.sent == ["5", "6"]


async def test_while_one_process_is_at_it_another_is_told_to_wait(replicas, bot_api):
    (_, first), (_, second) = replicas
    bot_api.open.clear()
    waiting = asyncio.create_task(give(first, message(1)))
    state = await asyncio.to_thread(replicas[0][0]._once._updates.begin, 99)
    while not replicas[0][0]._webhook._handling:
        await asyncio.sleep(0)
    assert (state.state, await give(second, message(1))) == ("new", 503)
    bot_api.open.set()
    assert (await waiting, bot_api.sent) == (200, ["5"])


async def test_who_is_told_to_stop_finishes_what_it_took_and_takes_no_more(replicas, bot_api):
    (service, client), _ = replicas
    bot_api.open.clear()
    waiting = asyncio.create_task(give(client, message(1)))
    while not service._webhook._handling:
        await asyncio.sleep(0)
    stopping = asyncio.create_task(service.stop())
    await asyncio.sleep(0)
    assert await give(client, message(2)) == 503
    bot_api.open.set()
    await stopping
    assert (await waiting, bot_api.sent) == (200, ["5"])


async def test_a_wrong_secret_takes_nothing(replicas, bot_api):
    (_, client), _ = replicas
    response = await client.post(PATH, json=message(1), headers={HEADER: "wrong"})
    assert (response.status, bot_api.sent) == (403, [])
    assert await give(client, message(1)) == 200


async def test_a_webhook_that_somebody_changed_is_set_anew_and_meanwhile_not_ready(replicas, bot_api):
    (service, _), _ = replicas
    assert service.ready
    bot_api.url = "https://elsewhere.example"
    service._webhook.set = False
    assert not service.ready
    await service._webhook.look()
    assert service.ready and bot_api.url == "https://example.org/telegram"


async def test_when_telegram_cannot_be_asked_the_webhook_is_believed(replicas, bot_api):
    (service, _), _ = replicas
    bot_api.url = None
    await service._webhook.look()
    assert service.ready


async def test_a_start_in_an_outage_of_telegram_ends_well_when_it_is_over(bot_api, stand_in, metrics, monkeypatch):
    monkeypatch.setattr("bot.telegram.service.PAUSE", 0.01)
    service = TelegramService(Conversation(stand_in, metrics, stand_in.rate), "1:TOKEN", "http://127.0.0.1:1", "https://example.org",
                              SECRET, None)
    await service.start()
    assert not service.ready
    service.application.bot._base_url = str(bot_api.make_url("/bot1:TOKEN"))
    while not service.ready:
        await asyncio.sleep(0.01)
    await service.stop()
    assert not service.ready
