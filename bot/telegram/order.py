"""Updates of one chat in order, different chats side by side."""
from __future__ import annotations

from typing import Any, Awaitable

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.order import InOrder

AT_ONCE = 256
"""Chats answered at the same time; further updates wait their turn."""


class InChatOrder(BaseUpdateProcessor):
    """Lets one update of a chat be handled at a time."""

    def __init__(self) -> None:
        super().__init__(AT_ONCE)
        self._order = InOrder()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        chat = update.effective_chat.id if isinstance(update, Update) and update.effective_chat else None
        if chat is None:
            await coroutine
            return
        async with self._order.of(chat):
            await coroutine

    async def initialize(self) -> None:
        """Nothing to open."""

    async def shutdown(self) -> None:
        """Nothing to close."""
