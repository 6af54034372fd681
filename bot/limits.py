"""How many messages are taken: of a chat, of an address, and by this process. Who sends more is told once, then left alone.

Chats and addresses are counted for all processes together (`conversations.rates`, or `rates_valkey` there), for any process may get
a chat's next message. What a process bears is its own: with a second process the whole bears twice as much.
"""
from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
from typing import Callable, Mapping

from bot.message import Message

log = logging.getLogger(__name__)

FINE, TOLD, OVER = "fine", "told", "over"
"""What a count says of one more message: within the limit, the first beyond it, one more of a flood that has not calmed."""

SLOWED, OVERLOADED, SILENT = "slowed", "overloaded", "silent"
"""The outcomes of a message that is not taken."""

MINUTE = 60.0
MOST_REMEMBERED = 10_000
"""Chats of which is remembered that they were told of an overload."""

Count = Callable[[str, int], str]
"""Counts one more message of a key, given how many a minute may have; it blocks."""


class Limits:
    """The limits in messages a minute; 0 is no limit. `count` keeps the counts of chats and addresses."""

    def __init__(self, count: Count | None = None, per_chat: int = 0, per_address: int = 0, per_process: int = 0,
                 clock: Callable[[], float] = time.monotonic) -> None:
        self._count = count
        self._most: Mapping[str, int] = {"chat": per_chat, "address": per_address}
        self._per_process = per_process
        self._clock = clock
        self._level, self._at = 0.0, clock()
        self._told: dict[str, float] = {}

    async def refused(self, message: Message) -> tuple[str, str] | None:
        """Count a message; return which limit it is beyond and what becomes of it, or None for one that is taken."""
        if self._overloaded():
            return "process", SILENT if self._told_lately(message.chat) else OVERLOADED
        if message.address and is_own(message.address):
            return None
        for limit, name in (("chat", message.chat), ("address", message.address and network(message.address))):
            if self._count and self._most[limit] and name:
                state = await asyncio.to_thread(self._counted, f"{limit} {name}", self._most[limit])
                if state != FINE:
                    return limit, SLOWED if state == TOLD else SILENT
        return None

    def _counted(self, key: str, most: int) -> str:
        try:
            return self._count(key, most)
        except Exception as error:
            # Who cannot be counted is not refused: an outage of the database is apologised for by the conversation, one of Valkey
            # is none for citizens.
            log.error("messages cannot be counted: %s", type(error).__name__)
            return FINE

    def _overloaded(self) -> bool:
        """Let a minute's worth drain in a minute; a message that is refused does not count."""
        now = self._clock()
        self._level = max(0.0, self._level - (now - self._at) * self._per_process / MINUTE)
        self._at = now
        if not self._per_process or self._level + 1 <= self._per_process:
            self._level += 1
            return False
        return True

    def _told_lately(self, chat: str) -> bool:
        now = self._clock()
        if now - self._told.get(chat, now - MINUTE) < MINUTE:
            return True
        if len(self._told) >= MOST_REMEMBERED:
            self._told.clear()
        self._told[chat] = now
        return False


def is_own(address: str) -> bool:
    """Tell whether somebody on this machine connects, such as a program of the operator's, who may send as much as it takes."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def network(address: str) -> str:
    """Return what one household or office has: an address of IPv4, the first half of one of IPv6."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or ipaddress.ip_network((known, 64), strict=False))
