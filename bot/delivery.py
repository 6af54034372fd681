"""Delivering what the bot says by itself: a worker for channels that can be called, a waiting room for chats that ask."""
from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta
from typing import Any, Awaitable, Callable, Mapping, Protocol, Sequence

from sqlalchemy.exc import SQLAlchemyError

from answers.reply import Reply
from store.trace import traced

log = logging.getLogger(__name__)

EVERY = 0.5
"""Seconds between two looks into the outbox."""

LONGEST_WAIT = timedelta(minutes=10)


class Letter(Protocol):
    """A message on its way; `tries` counts the attempts before this one."""

    id: int
    chat: str
    reply: Mapping[str, Any]
    tries: int
    once: bool
    trace: str | None


class Outbox(Protocol):
    """What the bot needs of the outbox (`conversations.outbox.Outbox`). Its calls block: they are made in threads."""

    def claim(self, channel: str) -> Sequence[Letter]: ...
    def begin(self, letters: Sequence[int]) -> None: ...
    def sent_all(self, letters: Sequence[int]) -> None: ...
    def sent(self, letter: int) -> None: ...
    def later(self, letter: int, wait: timedelta) -> None: ...
    def drop(self, letter: int) -> None: ...
    def drop_chat(self, chat: str) -> None: ...
    def due(self, chat: str) -> Sequence[Letter]: ...
    def sent_up_to(self, chat: str, letter: int) -> None: ...
    def take(self, chat: str) -> Sequence[Letter]: ...
    def due_among(self, chats: Sequence[str]) -> set[str]: ...
    def expects(self, chat: str) -> bool: ...


class Gone(Exception):
    """The chat takes no messages any more."""


class NotNow(Exception):
    """The channel cannot take the message now; `wait` says for how long, where the channel said so."""

    def __init__(self, wait: timedelta | None = None) -> None:
        super().__init__()
        self.wait = wait


Send = Callable[[str, Reply], Awaitable[None]]
"""Sends a reply to a chat. Raises `Gone` or `NotNow`; after any other error the message is given up."""

Expects = Callable[[str], bool]
"""Tells whether a message may come to a chat that did not ask for one, such as while somebody of the staff writes to it."""


class Delivery:
    """The worker of a process: `send` has the channels that can be called, by the name their chats begin with.

    `gone` hears of chats that take no messages any more.
    """

    def __init__(self, outbox: Outbox, send: Mapping[str, Send], expects: Sequence[Expects] = (),
                 gone: Callable[[str], None] = lambda chat: None) -> None:
        self._outbox = outbox
        self._send = send
        self._gone = gone
        self._expects = (outbox.expects, *expects)
        self._asking: dict[str, list[asyncio.Event]] = {}
        self._closed = asyncio.Event()

    async def run(self) -> None:
        """Deliver until closed, and finish what was begun; channels side by side, so that a slow one holds back no other."""
        await asyncio.gather(*(self._repeat(lambda channel=channel: self.deliver(channel)) for channel in self._send),
                             self._repeat(self._ring))

    async def deliver(self, channel: str) -> bool:
        """Deliver what is due on a channel, one message of each chat; return whether there was any."""
        claimed = await asyncio.to_thread(self._outbox.claim, channel)
        # Different chats side by side; a chat's next message is claimed only after its first was recorded.
        # What may not be said twice is announced before, and recorded together: whether it was sent matters no more then.
        once = [letter.id for letter in claimed if letter.once]
        if once:
            await asyncio.to_thread(self._outbox.begin, once)
        delivered = await asyncio.gather(*(self._deliver(channel, letter) for letter in claimed))
        recorded = [letter.id for letter, fine in zip(claimed, delivered) if fine and letter.once]
        if recorded:
            await asyncio.to_thread(self._outbox.sent_all, recorded)
        return bool(claimed)

    async def expects(self, chat: str) -> bool:
        """Tell whether a chat that asks should go on asking; not in an outage of the database, which must not cost an answer."""
        try:
            return await asyncio.to_thread(lambda: any(expects(chat) for expects in self._expects))
        except SQLAlchemyError as error:
            log.error("whether a chat may be written to cannot be read: %s", type(error).__name__)
            return False

    async def news(self, chat: str, patience: float) -> list[Letter]:
        """Return what is due for a chat that asks; wait up to `patience` seconds for the first."""
        bell = asyncio.Event()
        self._asking.setdefault(chat, []).append(bell)
        try:
            found = await asyncio.to_thread(self._outbox.due, chat)
            if not found and patience and not self._closed.is_set():
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(bell.wait(), patience)
                found = await asyncio.to_thread(self._outbox.due, chat)
            return list(found)
        finally:
            self._asking[chat].remove(bell)
            if not self._asking[chat]:
                del self._asking[chat]

    async def take(self, chat: str) -> list[Reply]:
        """Return what is due for a chat, and record it as delivered; in an outage of the database it stays due."""
        try:
            return [Reply.from_dict(letter.reply) for letter in await asyncio.to_thread(self._outbox.take, chat)]
        except SQLAlchemyError as error:
            log.error("what is due for a chat cannot be read: %s", type(error).__name__)
            return []

    async def got(self, chat: str, letter: int) -> None:
        """Record that a chat that asks has its messages up to this one."""
        await asyncio.to_thread(self._outbox.sent_up_to, chat, letter)

    def close(self) -> None:
        """End `run`, and let nobody wait any more, so that the web server can stop."""
        self._closed.set()
        for bell in (bell for bells in self._asking.values() for bell in bells):
            bell.set()

    async def _repeat(self, work: Callable[[], Awaitable[bool]]) -> None:
        """Do some work until closed, with a pause whenever there was none; an outage of the database is waited for."""
        while not self._closed.is_set():
            try:
                busy = await work()
            except Exception as error:
                log.error("the outbox cannot be read: %s", type(error).__name__)
                busy = False
            if not busy:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(self._closed.wait(), EVERY)

    async def _ring(self) -> bool:
        """Wake those who wait for what is now due: one question to the database, however many wait."""
        if self._asking:
            for chat in await asyncio.to_thread(self._outbox.due_among, list(self._asking)):
                for bell in self._asking.get(chat, ()):
                    bell.set()
        return False

    async def _deliver(self, channel: str, letter: Letter) -> bool:
        with traced(letter.trace):
            return await self._send_one(channel, letter)

    async def _send_one(self, channel: str, letter: Letter) -> bool:
        """Send a message and record what became of it; of one that was sent and is to be said once, the caller records it."""
        try:
            await self._send[channel](letter.chat, Reply.from_dict(letter.reply))
        except Gone:
            log.info("a chat takes no messages any more; those for it are dropped")
            await asyncio.to_thread(self._outbox.drop_chat, letter.chat)
            await asyncio.to_thread(self._gone, letter.chat)
        except NotNow as error:
            await asyncio.to_thread(self._outbox.later, letter.id, error.wait or _growing(letter.tries))
        except Exception as error:
            # Whatever is wrong with one message must not hold the chat's others back for ever.
            log.error("a message of the outbox could not be sent: %s", type(error).__name__)
            await asyncio.to_thread(self._outbox.drop, letter.id)
        else:
            if not letter.once:
                await asyncio.to_thread(self._outbox.sent, letter.id)
            return True
        return False


def _growing(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries + 1, 20)), LONGEST_WAIT)
