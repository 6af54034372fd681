"""Delivering to Telegram: what it answers decides whether a message comes again, is given up, or its chat is gone."""
from __future__ import annotations

import pytest
import pytest_asyncio
from telegram import Bot
from telegram.error import BadRequest, RetryAfter

from answers.reply import About, Block, Button, Payload, Reply
from bot.delivery import Gone, NotNow
from bot.telegram.post import PATIENCE, deliver
from conversations.outbox import CLAIM

LONG = Reply("answered", About("talk"), "Dài", [Block(["x" * 1_000] * 9)], buttons=[[Button("Phí", Payload("passport").text())]])


@pytest_asyncio.fixture
async def bot(recorded):
    async with Bot("1:POST", request=recorded, get_updates_request=recorded) as made:
        yield made


async def test_a_message_goes_out_in_parts_to_a_chat_or_a_topic(bot, recorded):
    await deliver(bot, 42, LONG)
    await deliver(bot, -100, LONG, topic=7)
    chats = [(parameters["chat_id"], parameters.get("message_thread_id"), "reply_markup" in parameters) for _, parameters in recorded.sent]
    assert chats == [(42, None, False)] * 2 + [(42, None, True)] + [(-100, 7, False)] * 2 + [(-100, 7, True)]


@pytest.mark.parametrize(("code", "description", "error"), [
    (403, "Forbidden: bot was blocked by the user", Gone), (400, "Bad Request: chat not found", Gone),
    (500, "Internal Server Error", NotNow), (502, "Bad Gateway", NotNow), (400, "Bad Request: message is too long", BadRequest),
])
async def test_what_telegram_answers_is_told(code, description, error, bot, recorded):
    recorded.failures["sendMessage"] = [(code, description)]
    with pytest.raises(error):
        await deliver(bot, 42, LONG)


async def test_how_long_telegram_asks_to_wait_is_told(bot, monkeypatch):
    async def flooded(*_, **__):
        raise RetryAfter(7)

    monkeypatch.setattr(Bot, "send_message", flooded)
    with pytest.raises(NotNow) as refused:
        await deliver(bot, 42, LONG)
    assert refused.value.wait.total_seconds() == 7


def test_a_delivery_ends_before_its_claim_does():
    assert CLAIM.total_seconds() > PATIENCE
