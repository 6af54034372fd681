"""What the bot says by itself reaches every channel: sent by the worker, waited for by the page, in front of REST's answers."""
from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from answers.reply import About, Block, Reply
from bot import server
from bot.conversation import Conversation
from bot.delivery import Delivery, Gone, NotNow
from conversations.outbox import Outbox
from conversations.tables import OutboxRow

HELLO, SECOND = (Reply.from_dict(Reply("answered", About("talk"), blocks=(Block([text]),)).as_dict())
                 for text in ("Chào anh/chị.", "Còn điều này nữa."))


class Channel:
    """A channel that keeps what it is given, or fails as told."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Reply]] = []
        self.errors: list[Exception] = []

    async def send(self, chat: str, reply: Reply) -> None:
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append((chat, reply))


@pytest.fixture
def outbox(database) -> Outbox:
    return Outbox(database)


@pytest.fixture
def channel() -> Channel:
    return Channel()


@pytest.fixture
def delivery(outbox, channel) -> Delivery:
    return Delivery(outbox, {"telegram": channel.send})


@pytest.fixture
async def client(aiohttp_client, delivery, stand_in, metrics):
    """The web server, its worker running as in the process."""
    stand_in.replies = [HELLO]
    conversation = Conversation(stand_in, metrics, stand_in.rate)
    work = asyncio.create_task(delivery.run())
    yield await aiohttp_client(server.build(conversation, metrics, {}, delivery))
    work.cancel()


def states(database) -> list[str]:
    with database.session() as session:
        return [row.state for row in session.query(OutboxRow).order_by(OutboxRow.id)]


def put(outbox: Outbox, *chats: str, reply: Reply = HELLO) -> None:
    for chat in chats:
        outbox.put(chat, reply.as_dict(), f"{chat} {reply.blocks[0].lines[0]}")


async def test_the_worker_sends_the_messages_of_a_chat_in_order(delivery, outbox, channel, database):
    put(outbox, "telegram:1", "telegram:2")
    put(outbox, "telegram:1", reply=SECOND)
    while await delivery.deliver("telegram"):
        pass
    assert [reply for chat, reply in channel.sent if chat == "telegram:1"] == [HELLO, SECOND]
    assert ("telegram:2", HELLO) in channel.sent and states(database) == ["sent"] * 3


async def test_a_chat_that_blocked_the_bot_loses_its_messages(delivery, outbox, channel, database):
    put(outbox, "telegram:1")
    put(outbox, "telegram:1", reply=SECOND)
    channel.errors = [Gone()]
    await delivery.deliver("telegram")
    assert not await delivery.deliver("telegram") and not channel.sent and states(database) == ["dropped"] * 2


@pytest.mark.parametrize("wait", [None, timedelta(minutes=1)])
async def test_what_cannot_be_sent_now_is_not_lost(wait, delivery, outbox, channel, database):
    put(outbox, "telegram:1")
    channel.errors = [NotNow(wait)]
    await delivery.deliver("telegram")
    assert not await delivery.deliver("telegram") and states(database) == ["waiting"]


async def test_a_message_that_is_wrong_does_not_hold_the_next_one_back(delivery, outbox, channel, database, caplog):
    put(outbox, "telegram:1")
    put(outbox, "telegram:1", reply=SECOND)
    channel.errors = [ValueError("quotes 040099012345")]
    while await delivery.deliver("telegram"):
        pass
    assert channel.sent == [("telegram:1", SECOND)] and states(database) == ["dropped", "sent"]
    assert "ValueError" in caplog.text and "040099012345" not in caplog.text


async def test_two_processes_send_each_message_once(outbox, channel):
    put(outbox, *(f"telegram:{number}" for number in range(40)))
    one, other = (Delivery(outbox, {"telegram": channel.send}) for _ in range(2))

    async def work(delivery: Delivery) -> None:
        while await delivery.deliver("telegram"):
            pass

    await asyncio.gather(work(one), work(other))
    await work(one)
    assert sorted(chat for chat, _ in channel.sent) == sorted(f"telegram:{number}" for number in range(40))


async def test_what_is_being_sent_when_the_process_ends_is_recorded(outbox, database):
    sending, release = asyncio.Event(), asyncio.Event()

    async def slow(chat: str, reply: Reply) -> None:
        sending.set()
        await release.wait()

    put(outbox, "telegram:1")
    delivery = Delivery(outbox, {"telegram": slow})
    work = asyncio.create_task(delivery.run())
    await sending.wait()
    delivery.close()
    release.set()
    await work
    assert states(database) == ["sent"]


async def test_a_slow_channel_holds_no_other_back(outbox, channel, database):
    release, sent = asyncio.Event(), asyncio.Event()

    async def slow(chat: str, reply: Reply) -> None:
        await release.wait()

    async def quick(chat: str, reply: Reply) -> None:
        sent.set()

    put(outbox, "group:1", "telegram:1")
    delivery = Delivery(outbox, {"group": slow, "telegram": quick})
    work = asyncio.create_task(delivery.run())
    await sent.wait()
    delivery.close()
    release.set()
    await work
    assert states(database) == ["sent", "sent"]


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_worker(outbox, channel, monkeypatch, caplog):
    put(outbox, "telegram:1")
    delivery, claim, tries = Delivery(outbox, {"telegram": channel.send}), outbox.claim, []

    def claim_later(name: str):
        tries.append(name)
        if len(tries) == 1:
            raise ConnectionError("the server quotes 040099012345")
        delivery.close()
        return claim(name)

    monkeypatch.setattr(outbox, "claim", claim_later)
    await delivery.run()
    assert len(channel.sent) == 1 and "ConnectionError" in caplog.text and "040099012345" not in caplog.text


async def test_what_rest_was_not_asked_for_stands_in_front_of_the_next_answers_once(client, outbox):
    put(outbox, "rest:lan", reply=SECOND)

    async def ask() -> list[str]:
        response = await client.post("/webhooks/rest/webhook", json={"sender": "lan", "message": "x"})
        return [answer["text"] for answer in await response.json()]

    assert await ask() == ["Còn điều này nữa.", "Chào anh/chị."]
    assert await ask() == ["Chào anh/chị."]


async def news(client, **asked: Any) -> dict[str, Any]:
    response = await client.post("/chat/news", json={"session": "lan", **asked})
    assert response.status == 200
    return await response.json()


async def test_the_page_is_told_to_ask_only_while_something_may_come(client, outbox):
    asked = {"session": "lan", "text": "x"}
    assert "X-News" not in (await client.post("/chat/messages", json=asked)).headers
    assert await news(client) == {"replies": [], "more": False}
    put(outbox, "web:lan")
    assert (await client.post("/chat/messages", json=asked)).headers["X-News"] == "yes"


async def test_the_page_gets_what_it_did_not_confirm_again_and_what_it_confirmed_no_more(client, outbox):
    put(outbox, "web:lan")
    first, again = await news(client), await news(client)
    assert first == again and [Reply.from_dict(one["reply"]) for one in first["replies"]] == [HELLO]
    assert await news(client, got=first["replies"][-1]["id"]) == {"replies": [], "more": False}


async def test_a_page_that_waits_gets_a_message_when_it_comes(aiohttp_client, outbox, stand_in, metrics):
    expecting = Delivery(outbox, {}, [lambda chat: chat == "web:lan"])
    work = asyncio.create_task(expecting.run())
    client = await aiohttp_client(server.build(Conversation(stand_in, metrics, stand_in.rate), metrics, {}, expecting))
    waiting = asyncio.create_task(news(client))
    while not expecting._asking:
        await asyncio.sleep(0)
    put(outbox, "web:lan")
    assert [one["reply"]["blocks"][0]["lines"] for one in (await waiting)["replies"]] == [["Chào anh/chị."]]
    work.cancel()


async def test_a_page_that_waits_does_not_keep_the_server_from_stopping(aiohttp_client, outbox, stand_in, metrics):
    expecting = Delivery(outbox, {}, [lambda chat: True])
    client = await aiohttp_client(server.build(Conversation(stand_in, metrics, stand_in.rate), metrics, {}, expecting))
    waiting = asyncio.create_task(news(client))
    while not expecting._asking:
        await asyncio.sleep(0)
    await client.server.app.shutdown()
    assert await waiting == {"replies": [], "more": True}


@pytest.mark.parametrize("body", [{}, {"session": 1}, {"session": "a b"}, {"session": "lan", "got": "x"}, {"session": "lan", "got": -1}, [], "x",
                                  {"session": "lan", "got": 10**12}, {"session": "x" * 65}])
async def test_a_wrong_question_for_news_is_told_what_is_wrong(body, client):
    response = await client.post("/chat/news", json=body)
    assert response.status == 400 and (await response.json())["error"]
