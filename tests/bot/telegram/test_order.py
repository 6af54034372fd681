"""The order of updates: one at a time in a chat, chats beside each other, and nothing kept of those that are done."""
from __future__ import annotations

import asyncio

import pytest
from telegram import Update

from bot.telegram.order import InChatOrder

OF_NO_CHAT = {"update_id": 1, "inline_query": {"id": "1", "query": "", "offset": "",
                                               "from": {"id": 1, "is_bot": False, "first_name": "Lan"}}}


@pytest.fixture
def order() -> InChatOrder:
    return InChatOrder()


@pytest.fixture
def process(order):
    """Begin to process an update of a chat (None: of no chat) as PTB does; `work` is what a handler would do."""

    def begin(chat, work) -> asyncio.Task:
        message = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}}}
        return asyncio.create_task(order.process_update(Update.de_json(message if chat else OF_NO_CHAT, None), work))

    return begin


async def test_a_chat_is_handled_one_update_at_a_time_in_order(process):
    done, busy = [], []

    async def work(number):
        assert not busy
        busy.append(number)
        for _ in range(5 - number):  # the first ones take longest
            await asyncio.sleep(0)
        done.append(busy.pop())

    await asyncio.gather(*(process(1, work(number)) for number in range(5)))
    assert done == [0, 1, 2, 3, 4]


async def test_a_chat_that_waits_does_not_hold_up_another(process):
    release, done = asyncio.Event(), []

    async def work(name, wait=None):
        if wait:
            await wait.wait()
        done.append(name)

    waiting = [process(1, work("first", release)), process(1, work("second"))]
    await process(2, work("other"))
    await process(None, work("of no chat"))
    assert done == ["other", "of no chat"]
    release.set()
    await asyncio.gather(*waiting)
    assert done[2:] == ["first", "second"]


async def test_a_fault_in_one_update_leaves_the_next_in_order(process):
    done = []

    async def fail():
        await asyncio.sleep(0)
        raise RuntimeError("a fault")

    async def work():
        done.append("next")

    results = await asyncio.gather(process(1, fail()), process(1, work()), return_exceptions=True)
    assert isinstance(results[0], RuntimeError) and done == ["next"]


async def test_an_update_that_is_given_up_leaves_the_next_in_order(process):
    done, never = [], asyncio.Event()

    async def work():
        done.append("next")

    stuck, following = process(1, never.wait()), process(1, work())
    await asyncio.sleep(0)
    stuck.cancel()
    await following
    assert done == ["next"]


async def test_nothing_is_kept_of_a_chat_that_is_done(order, process):
    async def work():
        await asyncio.sleep(0)

    await asyncio.gather(*(process(chat, work()) for chat in (1, 1, 2, 3)))
    assert len(order._order) == 0
    assert order.current_concurrent_updates == 0
