"""How many messages of a chat or an address came lately, counted for all processes in one Redis or Valkey.

The counts are those of `conversations.rates`, kept outside the database, and forgotten by the server itself.
"""
from __future__ import annotations

import time
from typing import Callable

from redis import Redis, RedisError

from conversations.rates import FINE, OVER, TOLD

PATIENCE = 0.25
"""Seconds for which connecting, and an answer, is waited for; a count takes less than a thousandth of a second."""

PAUSE = 1.0
"""Seconds after a failure in which no message waits for the server again."""

KEPT = 120
"""Seconds after the last message of a name for which its count is kept; it has drained after ninety."""

PREFIX = "message_rates:"

# The server does nothing else until a script has ended: of messages that come at once, exactly one is the first beyond the limit.
# The time is the server's own, the same for all processes, unless one is given.
_COUNT = """
local most, now = tonumber(ARGV[1]), tonumber(ARGV[3])
if not now then
    local time = redis.call('TIME')
    now = time[1] + time[2] / 1000000
end
local row = redis.call('HMGET', KEYS[1], 'level', 'at', 'over')
local left = math.max((tonumber(row[1]) or 0) - (now - (tonumber(row[2]) or now)) * most / 60, 0)
local over = 0
if (tonumber(row[3]) or 0) > 0 and left > most / 2 then
    over = 2
elseif left + 1 > most then
    over = 1
end
redis.call('HSET', KEYS[1], 'level', math.min(left + 1, 1.5 * most), 'at', now, 'over', over)
redis.call('EXPIRE', KEYS[1], ARGV[2])
return over"""


class ValkeyRates:
    """The counts of a Redis or Valkey. `hashed` makes of a name what is kept instead of it."""

    def __init__(self, url: str, hashed: Callable[[str], str], clock: Callable[[], float] | None = None) -> None:
        # Else any certificate that is valid for some name would do.
        tls = {"ssl_check_hostname": True} if url.startswith("rediss:") else {}
        self._server = Redis.from_url(url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, **tls)
        self._script = self._server.register_script(_COUNT)
        self._hashed = hashed
        self._clock = clock
        self._away_until = 0.0

    def count(self, name: str, most: int) -> str:
        """Count one more message of a name that may send `most` a minute: fine, told (the first beyond it) or over.

        Raises RedisError when the server is away; in the pause that follows every message is fine.
        """
        now = time.monotonic()
        if now < self._away_until:
            return FINE
        if self._away_until:
            # The first message after the pause asks; those beside it need not wait for what it finds.
            self._away_until = now + PAUSE
        try:
            over = self._script([PREFIX + self._hashed(name)], [most, KEPT, self._clock() if self._clock else ""])
        except RedisError:
            self._away_until = time.monotonic() + PAUSE
            raise
        self._away_until = 0.0
        return (FINE, TOLD, OVER)[over]

    def purge(self) -> None:
        """Do nothing: the server forgets counts that have drained."""

    def ready(self) -> bool:
        """Tell whether messages can be counted."""
        try:
            return self._server.ping()
        except RedisError:
            return False

    def close(self) -> None:
        """Give up the connections."""
        self._server.close()
        self._server.connection_pool.disconnect()
