"""Replies as Telegram messages: their content, sending them, and delivering those the bot sends by itself."""
from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Awaitable, Callable, TypeVar

from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from answers.reply import Reply
from bot.delivery import Gone, NotNow
from bot.telegram import keyboards, render

Result = TypeVar("Result")

PATIENCE = 60
"""Seconds a delivery may take, with the waiting Telegram asks for. The claim on a message must hold longer than that."""


def content(reply: Reply) -> dict[str, Any]:
    """Return the fields of the message (of several: the last) that a reply is."""
    return {"text": render.messages(reply)[-1], "parse_mode": ParseMode.HTML, "reply_markup": keyboards.keyboard(reply),
            "disable_web_page_preview": True}


async def post(bot: Bot, chat: int, reply: Reply, topic: int | None = None) -> None:
    """Send a reply, in parts if it is too long for one message; `topic` is a topic of a group."""
    for send in parts(bot, chat, reply, topic):
        await send()


def parts(bot: Bot, chat: int, reply: Reply, topic: int | None = None) -> list[Callable[[], Awaitable[Any]]]:
    """Return how to send each of the messages that a reply is."""
    *first, _ = render.messages(reply)
    send = partial(bot.send_message, chat, message_thread_id=topic)
    before = [partial(send, part, parse_mode=ParseMode.HTML, disable_web_page_preview=True) for part in first]
    return [*before, partial(send, **content(reply))]


async def deliver(bot: Bot, chat: int, reply: Reply, topic: int | None = None) -> None:
    """Send what the bot says by itself. Raises `Gone`, `NotNow`, or what Telegram has against the message."""
    await now_or_not(post(bot, chat, reply, topic))


async def now_or_not(call: Awaitable[Result]) -> Result:
    """Return what a call to Telegram gives. Raises `Gone`, `NotNow`, or what Telegram has against it."""
    try:
        return await asyncio.wait_for(call, PATIENCE)
    except RetryAfter as error:
        # The public attribute is a number or a timedelta, as an environment variable of the library says.
        raise NotNow(error._retry_after) from error
    except Forbidden as error:
        raise Gone from error
    except BadRequest as error:
        if "chat not found" in str(error).lower():
            raise Gone from error
        raise
    except (NetworkError, asyncio.TimeoutError) as error:
        raise NotNow from error
