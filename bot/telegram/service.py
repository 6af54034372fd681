"""The Telegram side of the process: started, fed by polling or by a webhook, and stopped without losing an update."""
from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import Callable

from aiohttp import web
from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application

from answers.reply import Reply
from answers.words import DEFAULT, Words, languages
from bot import commands
from bot.conversation import Conversation
from bot.delivery import NotNow, Send
from bot.telegram.group import CHANNEL as GROUP
from bot.telegram.group import Group
from bot.telegram.handlers import CHANNEL, Handlers
from bot.telegram.once import Once, Updates
from bot.telegram.order import InChatOrder
from bot.telegram.polling import Polling
from bot.telegram.post import deliver
from bot.telegram.webhook import PATH, Webhook
from store.trace import traced

log = logging.getLogger(__name__)

RETRIES = 5
"""How often a message is sent again when Telegram asks to wait."""

PAUSE = 5.0
"""Seconds after which a start that did not reach Telegram is tried again."""

UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]


class TelegramUnusable(Exception):
    """Telegram cannot be used; the message says why and what to do."""


class TelegramService:
    """The bot on Telegram. `ready` tells whether updates are being taken; `counted` hears of each what became of it."""

    def __init__(self, conversation: Conversation, token: str, api_url: str, webhook_url: str, secret: str, updates: Updates,
                 group: Group | None = None, counted: Callable[[str], None] = lambda state: None) -> None:
        self._running = False
        self._tasks: list[asyncio.Task] = []
        self._polled: asyncio.Task | None = None
        builder = Application.builder().token(token).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
        builder = builder.rate_limiter(AIORateLimiter(max_retries=RETRIES)).concurrent_updates(InChatOrder())
        self.application = builder.updater(None).build()
        self._group = group
        if group:
            group.add_to(self.application)
        Handlers(conversation).add_to(self.application)
        self._once = Once(updates, self.application.process_update, counted)
        bot = self.application.bot
        self._webhook = Webhook(bot, self.handle, webhook_url, secret, UPDATES) if webhook_url else None
        self._polling = None if webhook_url else Polling(bot, self.handle, UPDATES)

    @property
    def ready(self) -> bool:
        """Tell whether updates reach us: the webhook is set, or Telegram answers the polling."""
        return self._running and (self._webhook.set if self._webhook else self._polling.alive)

    def add_to(self, app: web.Application) -> None:
        """Serve the webhook in the web application, where one is used."""
        if self._webhook:
            app.router.add_post(PATH, self._webhook.take)

    async def start(self) -> None:
        """Log in and begin to take updates; in an outage of Telegram, as soon as it is over. Raises `TelegramUnusable`."""
        try:
            await self._begin()
        except InvalidToken as error:
            raise TelegramUnusable("TELEGRAM_TOKEN: Telegram does not know this token. Copy it again from @BotFather.") from error
        except TelegramError as error:
            log.error("Telegram cannot be reached (%s); tried again until it can. Check the network and TELEGRAM_API_URL.",
                      type(error).__name__)
            self._tasks.append(asyncio.create_task(self._begin_later()))

    @property
    def channels(self) -> dict[str, Send]:
        """What the bot can send by itself, by the beginning of a chat's name: to citizens, and to the agents' group."""
        return {CHANNEL: self._send, **({GROUP: self._send_to_group} if self._group else {})}

    async def handle(self, update: Update) -> bool:
        """Deal with an update once, under one trace wherever it comes; return False when it should come again."""
        dealt = []

        async def once() -> None:
            dealt.append(await self._once.handle(update))

        with traced(f"update-{update.update_id}"):
            # In the order of its chat from the first step on.
            await self.application.update_processor.process_update(update, once())
        return dealt == [True]

    async def stop(self) -> None:
        """Stop taking updates, finish those taken, and log out. Telegram keeps the others until the next start."""
        self._running = False
        if self._webhook:
            await self._webhook.end()
        if self._polled:
            self._polling.stop()
            await asyncio.wait({self._polled})
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self.application.running:
            await self.application.stop()
        await self.application.shutdown()

    async def _begin(self) -> None:
        await self.application.initialize()
        await self._set_commands()
        if self._webhook:
            await self._webhook.begin()
        else:
            await self.application.bot.delete_webhook()
        if not self.application.running:
            await self.application.start()
        if self._polling:
            self._polled = asyncio.create_task(self._polling.run())
        self._tasks += [asyncio.create_task(one) for one in [self._once.keep(), *([self._webhook.keep()] if self._webhook else [])]]
        self._running = True
        log.info("on Telegram as @%s, by %s", self.application.bot.username, "webhook" if self._webhook else "polling")

    async def _begin_later(self) -> None:
        while not self._running:
            await asyncio.sleep(PAUSE)
            with suppress(TelegramError):
                await self._begin()

    async def _send(self, chat: str, reply: Reply) -> None:
        if not self._running:
            raise NotNow
        await deliver(self.application.bot, int(chat.partition(":")[2]), reply)

    async def _send_to_group(self, chat: str, reply: Reply) -> None:
        if not self._running:
            raise NotNow
        await self._group.send(self.application.bot, chat, reply)

    async def _set_commands(self) -> None:
        for language in languages():
            words = Words(language)
            menu = [BotCommand(name, words(f"commands.{name}")) for name in commands.MENU]
            await self.application.bot.set_my_commands(menu, language_code=None if language == DEFAULT else language)
