"""Updates of one chat in order, different chats side by side."""
from __future__ import annotations

import asyncio
from typing import Any, Awaitable

from telegram import Update
from telegram.ext import BaseUpdateProcessor

AT_ONCE = 256
"""Chats answered at the same time; further updates wait their turn."""


class InChatOrder(BaseUpdateProcessor):
    """Lets one update of a chat be handled at a time. Locks are first come, first served, so the order stays."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._locks: dict[Any, asyncio.Lock] = {}
        self._waiting: dict[Any, int] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
        if chat is None:
            await coroutine
            return
        lock = self._locks.setdefault(chat, asyncio.Lock())
        self._waiting[chat] = self._waiting.get(chat, 0) + 1
        try:
            async with lock:
                await coroutine
        finally:
            self._waiting[chat] -= 1
            if not self._waiting[chat]:
                # Nobody waits: the lock is dropped, so that memory does not grow with every chat ever seen.
                del self._locks[chat], self._waiting[chat]

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""
