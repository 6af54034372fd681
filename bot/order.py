"""What belongs to one key, such as a chat, is done one after the other; different keys side by side."""
from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import Any, AsyncIterator


class InOrder:
    """Locks by key within this process. They are first come, first served, so the order stays."""

    def __init__(self) -> None:
        self._locks: dict[Any, asyncio.Lock] = {}
        self._waiting: dict[Any, int] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def of(self, key: Any) -> AsyncIterator[None]:
        """Wait for whoever came before with the same key."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        self._waiting[key] = self._waiting.get(key, 0) + 1
        try:
            async with lock:
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                # Nobody waits: the lock is dropped, so that memory does not grow with every chat ever seen.
                del self._locks[key], self._waiting[key]
