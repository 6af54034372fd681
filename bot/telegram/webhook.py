"""The webhook: updates come as requests with a secret, and count as arrived when they were dealt with."""
from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
from typing import Awaitable, Callable, Sequence

from aiohttp import web
from telegram import Bot, Update
from telegram.error import TelegramError

log = logging.getLogger(__name__)

PATH = "/telegram"
HEADER = "X-Telegram-Bot-Api-Secret-Token"

LOOK = 60.0
"""Seconds between two looks at whether Telegram still calls us."""

Deal = Callable[[Update], Awaitable[bool]]
"""Deals with an update; returns False when it should come again."""


class Webhook:
    """The address Telegram calls. `set` tells whether it is set, as far as Telegram has said."""

    def __init__(self, bot: Bot, deal: Deal, url: str, secret: str, kinds: Sequence[str]) -> None:
        self._bot = bot
        self._deal = deal
        self._url = url + PATH
        self._secret = secret or hashlib.sha256(f"webhook:{bot.token}".encode()).hexdigest()
        self._kinds = list(kinds)
        self._handling: set[asyncio.Task] = set()
        self.open = False
        self.set = False

    async def begin(self) -> None:
        """Have Telegram call, and take its calls. Raises TelegramError."""
        await self._bot.set_webhook(self._url, secret_token=self._secret, allowed_updates=self._kinds)
        self.open = self.set = True

    async def keep(self) -> None:
        """Look now and again whether the webhook is still set, and set it anew if not, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            await self.look()

    async def look(self) -> None:
        """Look once. When Telegram cannot be asked, what it said before is believed: it may call all the same."""
        try:
            if (await self._bot.get_webhook_info()).url != self._url:
                self.set = False
                log.warning("the webhook was changed by somebody else; it is set anew")
                await self.begin()
        except TelegramError as error:
            log.warning("Telegram cannot be asked for the webhook: %s", type(error).__name__)

    async def end(self) -> None:
        """Take no more calls, and finish those taken; Telegram keeps the others until the next start."""
        self.open = False
        if self._handling:
            await asyncio.wait(self._handling)

    async def take(self, request: web.Request) -> web.Response:
        """Deal with an update that comes with the right secret; anything else is refused.

        Telegram is told that it arrived when it was dealt with, and sends it again otherwise.
        """
        # Any bytes may come in a header; those that are no text must be refused like any other wrong secret.
        given = request.headers.get(HEADER, "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, self._secret.encode()):
            return web.Response(status=403)
        if not self.open:
            return web.Response(status=503)
        try:
            update = Update.de_json(await request.json(), self._bot)
        except (ValueError, TypeError, KeyError, AttributeError, LookupError, RecursionError):
            return web.Response(status=400)
        task = asyncio.create_task(self._deal(update))
        self._handling.add(task)
        task.add_done_callback(self._handling.discard)
        # Finished even if Telegram does not wait for it.
        return web.Response(status=200 if await asyncio.shield(task) else 503)
