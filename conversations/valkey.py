"""The counts of messages in Valkey or Redis (`REDIS_URL`) instead of the database, which they spare a write a message.

The counts are those of `conversations.rates`. When the server is away nobody is refused: a citizen must not pay for its outage.
"""
from __future__ import annotations

import logging
import time
from typing import Callable

from redis import Redis
from redis.exceptions import RedisError

from conversations.rates import FINE, KEPT, OVER, TOLD

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds a message waits for the server."""

PAUSE = 2.0
"""Seconds after a failure in which the server is not asked, so that not every message waits for one that is away."""

PREFIX = "rate:"

# One script: of messages that come at once to several processes, exactly one is the first beyond the limit.
_COUNT = """
    local was = redis.call('HMGET', KEYS[1], 'level', 'at', 'over')
    local now, most, full, calm = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
    local left = math.max(0, (tonumber(was[1]) or 0) - (now - (tonumber(was[2]) or now)) * most / 60)
    local over = 0
    if (tonumber(was[3]) or 0) > 0 and left > calm then over = 2 elseif left + 1 > most then over = 1 end
    redis.call('HSET', KEYS[1], 'level', tostring(math.min(left + 1, full)), 'at', ARGV[1], 'over', over)
    redis.call('EXPIRE', KEYS[1], ARGV[5])
    return over"""


class ValkeyRates:
    """The counts on a server, for all processes that are given its address. `hashed` makes of a name what is kept instead of it."""

    def __init__(self, url: str, hashed: Callable[[str], str], clock: Callable[[], float] = time.time) -> None:
        self._server = Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
        self._script = self._server.register_script(_COUNT)
        self._hashed = hashed
        self._clock = clock
        self._away_until = 0.0

    def count(self, name: str, most: int) -> str:
        """Count one more message of a name that may send `most` a minute: fine, told (the first beyond it) or over."""
        if time.monotonic() < self._away_until:
            return FINE
        given = (self._clock(), most, 1.5 * most, 0.5 * most, int(KEPT))
        try:
            return (FINE, TOLD, OVER)[self._script(keys=[PREFIX + self._hashed(name)], args=given)]
        except RedisError as error:
            self._away_until = time.monotonic() + PAUSE
            log.error("messages cannot be counted at REDIS_URL, nobody is refused meanwhile: %s", type(error).__name__)
            return FINE

    def purge(self) -> None:
        """Nothing is left to forget: a count that nobody adds to expires by itself."""

    def close(self) -> None:
        """Give up the connections."""
        self._server.close()
