"""The Telegram side of the process: started, fed by polling or by a webhook, and stopped without losing an update."""
from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from http import HTTPStatus
from typing import Any, Protocol

from aiohttp import web
from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, Application
from telegram.request import HTTPXRequest

from answers.reply import Reply
from answers.words import DEFAULT, Words, languages
from bot import commands
from bot.conversation import Conversation
from bot.delivery import NotNow, Send
from bot.telegram.group import CHANNEL as GROUP
from bot.telegram.group import Group
from bot.telegram.handlers import CHANNEL, Handlers
from bot.telegram.order import InChatOrder
from bot.telegram.post import deliver
from store.trace import traced

log = logging.getLogger(__name__)

PATH = "/telegram"
RETRIES = 5
"""How often a message is sent again when Telegram asks to wait."""

UPDATES = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Updates(Protocol):
    """Which updates were taken, by all processes (`conversations.updates`). Its calls block: they are made in threads."""

    def begin(self, number: int) -> str:
        """Take an update: new when it is ours to handle, busy while somebody is at it, done when it was handled."""

    def end(self, number: int) -> None:
        """Record that an update was handled."""


class TelegramUnusable(Exception):
    """Telegram cannot be used; the message says why and what to do."""


class LastingRequest(HTTPXRequest):
    """Polls on when Telegram, in an outage of its own, does not know the token; PTB would stop for good, without a word to us."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        status, answer = await super().do_request(*args, **kwargs)
        return HTTPStatus.SERVICE_UNAVAILABLE if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND) else status, answer


class TelegramService:
    """The bot on Telegram. `ready` tells whether updates are being taken."""

    def __init__(self, conversation: Conversation, token: str, api_url: str, webhook_url: str, secret: str,
                 group: Group | None = None, updates: Updates | None = None) -> None:
        self._updates = updates
        self._handling: set[asyncio.Task] = set()
        self._webhook_url = webhook_url
        self._secret = secret or hashlib.sha256(f"webhook:{token}".encode()).hexdigest()
        self._running = False
        builder = Application.builder().token(token).base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
        builder = builder.rate_limiter(AIORateLimiter(max_retries=RETRIES)).concurrent_updates(InChatOrder())
        self.application = (builder.updater(None) if webhook_url else builder.get_updates_request(LastingRequest(1))).build()
        self._group = group
        if group:
            group.add_to(self.application)
        Handlers(conversation).add_to(self.application)

    @property
    def ready(self) -> bool:
        return self._running

    def add_to(self, app: web.Application) -> None:
        """Serve the webhook in the web application, where one is used."""
        if self._webhook_url:
            app.router.add_post(PATH, self.webhook)

    async def start(self) -> None:
        """Log in, set the menus and begin to take updates. Raises `TelegramUnusable`."""
        try:
            await self.application.initialize()
            await self._set_commands()
            await self.application.start()
            if self._webhook_url:
                await self.application.bot.set_webhook(self._webhook_url + PATH, secret_token=self._secret, allowed_updates=UPDATES)
            else:
                await self.application.updater.start_polling(allowed_updates=UPDATES, error_callback=_polling_failed)
        except InvalidToken as error:
            raise TelegramUnusable("TELEGRAM_TOKEN: Telegram does not know this token. Copy it again from @BotFather.") from error
        except TelegramError as error:
            raise TelegramUnusable(f"Telegram cannot be reached: {error}. Check the network and TELEGRAM_API_URL.") from error
        self._running = True
        log.info("on Telegram as @%s, by %s", self.application.bot.username, "webhook" if self._webhook_url else "polling")

    @property
    def channels(self) -> dict[str, Send]:
        """What the bot can send by itself, by the beginning of a chat's name: to citizens, and to the agents' group."""
        return {CHANNEL: self._send, **({GROUP: self._send_to_group} if self._group else {})}

    async def _send(self, chat: str, reply: Reply) -> None:
        if not self._running:
            raise NotNow
        await deliver(self.application.bot, int(chat.partition(":")[2]), reply)

    async def _send_to_group(self, chat: str, reply: Reply) -> None:
        if not self._running:
            raise NotNow
        await self._group.send(self.application.bot, chat, reply)

    async def stop(self) -> None:
        """Stop taking updates, finish those taken, and log out. Telegram keeps the others until the next start."""
        self._running = False
        if self._handling:
            await asyncio.wait(self._handling)
        if self.application.updater and self.application.updater.running:
            await self.application.updater.stop()
        if self.application.running:
            await self.application.stop()
        await self.application.shutdown()

    async def webhook(self, request: web.Request) -> web.Response:
        """Handle an update that comes with the right secret; anything else is refused.

        Telegram is told that it arrived when it was handled, and sends it again otherwise; each is handled once.
        """
        # Any bytes may come in a header; those that are no text must be refused like any other wrong secret.
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        if not self._running:
            return web.Response(status=503)  # Telegram sends it again
        try:
            update = Update.de_json(await request.json(), self.application.bot)
        except (ValueError, TypeError, KeyError, AttributeError):
            return web.Response(status=400)
        state = await asyncio.to_thread(self._updates.begin, update.update_id) if self._updates else "new"
        if state == "new":
            task = asyncio.create_task(self._handle(update))
            self._handling.add(task)
            task.add_done_callback(self._handling.discard)
            # Finished even if Telegram does not wait for it.
            await asyncio.shield(task)
        return web.Response(status=503 if state == "busy" else 200)

    async def _handle(self, update: Update) -> None:
        # The same whenever it comes again, to whichever process.
        with traced(f"update-{update.update_id}"):
            await self._handle_traced(update)

    async def _handle_traced(self, update: Update) -> None:
        await self.application.update_processor.process_update(update, self.application.process_update(update))
        if self._updates:
            await asyncio.to_thread(self._updates.end, update.update_id)

    async def _set_commands(self) -> None:
        for language in languages():
            words = Words(language)
            menu = [BotCommand(name, words(f"commands.{name}")) for name in commands.MENU]
            await self.application.bot.set_my_commands(menu, language_code=None if language == DEFAULT else language)


def _polling_failed(error: TelegramError) -> None:
    # The updater tries again by itself; a stack trace every few seconds would hide everything else.
    log.warning("Telegram cannot be polled for the moment: %s", error)
