"""Answering an update once, though it may come again after a process died over it: what was answered, and how much of it is sent.

Telegram has no key by which it would refuse a second copy of a message. So a message is sent, then recorded; between the two
lies the one window in which a process that dies leads to a second copy.
"""
from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Awaitable, Callable, Iterator, Mapping, Protocol, Sequence

from answers.reply import Reply
from bot.together import together

log = logging.getLogger(__name__)

RENEW = 3.0
"""Seconds between two words that the updates taken are still being handled."""


class Begun(Protocol):
    """What is known of an update (`conversations.updates.Begun`)."""

    state: str
    answers: Sequence[Mapping[str, Any]] | None
    final: bool
    sent: int


class Updates(Protocol):
    """Which updates were taken, by all processes (`conversations.updates`). Its calls block: they are made in threads."""

    def begin(self, number: int) -> Begun: ...
    def renew(self, numbers: Sequence[int]) -> None: ...
    def answered(self, number: int, answers: Sequence[Mapping[str, Any]], final: bool, session: Any = None) -> None: ...
    def sent(self, number: int, count: int) -> None: ...
    def end(self, number: int) -> None: ...
    def release(self, number: int) -> None: ...


class Work:
    """An update at work. `postponed` is set when its answer cannot be sent now, so that it has to come again."""

    def __init__(self, updates: Updates, number: int, begun: Begun) -> None:
        self._updates = updates
        self._number = number
        self._answers = list(begun.answers) if begun.answers is not None else None
        self._final = begun.final
        self._sent = begun.sent
        self._step = 0
        self.postponed = False

    @property
    def final(self) -> list[Reply] | None:
        """The replies that only need to be sent, if a process died over sending them."""
        return [Reply.from_dict(one) for one in self._answers] if self._final and self._answers is not None else None

    @property
    def known(self) -> list[Reply] | None:
        """What the engine said, if a process died right after."""
        return [Reply.from_dict(one) for one in self._answers] if not self._final and self._answers is not None else None

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Deal with the update in this block: what the engine says is kept in the transaction that keeps the conversation."""
        token = _current.set(self)
        try:
            with together(self._said):
                yield
        finally:
            _current.reset(token)

    def _said(self, connection: Any, replies: Sequence[Mapping[str, Any]]) -> None:
        self._answers = [*(self._answers or ()), *replies]
        self._updates.answered(self._number, self._answers, False, connection)

    async def answered(self, replies: Sequence[Reply]) -> None:
        """Keep the replies before any of them is sent; those that are just what the engine said are kept already."""
        answers = [reply.as_dict() for reply in replies]
        if answers and answers != self._answers and not any(reply.outcome == "failed" for reply in replies):
            await asyncio.to_thread(self._updates.answered, self._number, answers, True)
        self._answers = answers

    async def once(self, sending: Callable[[], Awaitable[Any]], last: bool) -> None:
        """Do the next step of sending, unless it was done before. The last one is recorded by the end of the update."""
        self._step += 1
        if self._step <= self._sent:
            return
        await sending()
        if not last:
            await asyncio.to_thread(self._updates.sent, self._number, self._step)


_current: ContextVar[Work | None] = ContextVar("work", default=None)


def work() -> Work | None:
    """Return the update that is being dealt with here; None where updates are not kept."""
    return _current.get()


async def step(sending: Callable[[], Awaitable[Any]], last: bool) -> None:
    """Send one message of an answer, once where updates are kept."""
    if at := work():
        await at.once(sending, last)
    else:
        await sending()


class Once:
    """Deals with each update once; `deal` does the work. Those of a chat are given to it one at a time."""

    def __init__(self, updates: Updates, deal: Callable[[Any], Awaitable[None]], counted: Callable[[str], None]) -> None:
        self._updates = updates
        self._deal = deal
        self._counted = counted
        self._taken: set[int] = set()

    async def handle(self, update: Any) -> bool:
        """Deal with an update; return False when it should come again: somebody is at it, or it cannot be finished now."""
        number = update.update_id
        try:
            begun = await asyncio.to_thread(self._updates.begin, number)
            self._counted(begun.state if begun.answers is None else "resumed")
            if begun.state != "new":
                return begun.state == "done"
            self._taken.add(number)
            taken = Work(self._updates, number, begun)
            with taken.at_work():
                await self._deal(update)
            await asyncio.to_thread(self._updates.release if taken.postponed else self._updates.end, number)
            return not taken.postponed
        except Exception as error:
            # An outage of the database, before or after the work: it comes again, and is known then.
            log.error("an update has to come again: %s", type(error).__name__)
            self._counted("postponed")
            return False
        finally:
            self._taken.discard(number)

    async def keep(self) -> None:
        """Say again and again that what is taken is being handled, until cancelled."""
        while True:
            await asyncio.sleep(RENEW)
            if self._taken:
                try:
                    await asyncio.to_thread(self._updates.renew, list(self._taken))
                except Exception as error:
                    log.error("the updates at work could not be renewed: %s", type(error).__name__)
