"""The way of a message, whatever channel it came by: a list of steps, the first that has replies ends it."""
from __future__ import annotations

import asyncio
import logging
import re
import time
import traceback
from dataclasses import dataclass, replace
from typing import Awaitable, Callable, Protocol, Sequence

from answers import procedure, talk
from answers.reply import Payload, Reply
from answers.words import Words, languages
from bot import commands
from bot.metrics import Metrics

log = logging.getLogger(__name__)

LIMIT = 2_000
"""How many characters of a message are read: a question is shorter, and cost must not grow with what a stranger sends."""

# Control characters, and marks that turn the direction of writing: invisible, and some databases refuse them.
_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udfff]")


class Answering(Protocol):
    """What answers: the engine, or a stand-in for it in a test."""

    intents: frozenset[str]

    async def handle(self, chat: str, text: str, channel: str, language: str) -> list[Reply]: ...


@dataclass
class Message:
    """A citizen's message on its way. `chat` is unique across channels; `language` is the channel's guess."""

    chat: str
    text: str
    channel: str
    language: str = "vi"

    @property
    def words(self) -> Words:
        return Words(self.language)


Rate = Callable[[str, str | None, int], bool]
"""Keeps what somebody thinks of an answer: chat, service, +1 or -1; tells whether there was such an answer."""

class Reading(Protocol):
    """What a photo told: an outcome, and the dossier numbers in its codes."""

    outcome: str
    numbers: Sequence[str]


Photos = Callable[[bytes], Reading]
"""Reads the codes in a photo, which is kept nowhere."""

Follow = Callable[[str, Payload, Words], "Reply | None"]
"""Begins, lists or ends following a dossier for a chat; None when the payload is about something else."""

AT_ONCE = 2
"""Photos read side by side: each takes a core and some memory, whoever sends many waits."""

Step = Callable[[Message], Awaitable[Sequence[Reply]]]


class Conversation:
    """Answers messages of every channel. Never silent and never failing: a fault of ours is said and logged."""

    def __init__(self, engine: Answering, metrics: Metrics, rate: Rate, photos: Photos | None = None,
                 follow: Follow | None = None) -> None:
        self._engine = engine
        self._follow = follow
        self._photos = photos
        self._reading = asyncio.Semaphore(AT_ONCE)
        self._rate = rate
        self._metrics = metrics
        self.steps: tuple[Step, ...] = (
            self.clean, self.refuse_empty, self.refuse_too_long, self.expand_command, self.take_rating, self.take_follow,
            self.refuse_unknown_payload, self.answer, self.break_silence,
        )

    async def handle(self, message: Message) -> list[Reply]:
        """Return at least one reply."""
        started = time.perf_counter()
        replies: Sequence[Reply] = ()
        try:
            for step in self.steps:
                replies = await step(message)
                if replies:
                    break
        except Exception as error:
            log.error("a message of channel %s could not be answered: %s", message.channel, _place(error))
            replies = [_apology(message)]
        self._metrics.answered(message.channel, replies, time.perf_counter() - started)
        return list(replies)

    async def photo(self, message: Message, data: bytes) -> list[Reply]:
        """Return the replies to a photo: those to the dossier numbers in its codes, or what was wrong with it."""
        if self._photos is None:
            return [talk.note(message.words, "not_text", "no_photo")]
        async with self._reading:
            reading = await asyncio.to_thread(self._photos, data)
        if reading.outcome == "read":
            return await self.handle(replace(message, text=" , ".join(reading.numbers)))
        return [talk.note(message.words, "not_text", f"photo_{reading.outcome}")]

    async def clean(self, message: Message) -> Sequence[Reply]:
        message.text = _INVISIBLE.sub("", message.text).strip()
        return ()

    async def refuse_empty(self, message: Message) -> Sequence[Reply]:
        return () if message.text else [talk.note(message.words, "unreadable", "empty")]

    async def refuse_too_long(self, message: Message) -> Sequence[Reply]:
        return () if len(message.text) <= LIMIT else [talk.note(message.words, "unreadable", "too_long", limit=LIMIT)]

    async def expand_command(self, message: Message) -> Sequence[Reply]:
        message.text = commands.payload(message.text) or message.text
        return ()

    async def take_rating(self, message: Message) -> Sequence[Reply]:
        """Keep what the citizen thinks of an answer; what the conversation is about stays as it was."""
        payload = Payload.parse(message.text)
        if payload is None or payload.intent != procedure.RATE or payload.aspect not in procedure.VOTES:
            return ()
        if not await asyncio.to_thread(self._rate, message.chat, payload.item, procedure.VOTES[payload.aspect]):
            return [talk.note(message.words, "unreadable", "old_button")]
        return [talk.rated(Words(payload.case) if payload.case in languages() else message.words, payload.aspect)]

    async def take_follow(self, message: Message) -> Sequence[Reply]:
        """Begin, list or end following a dossier; what the conversation is about stays as it was."""
        payload = Payload.parse(message.text)
        if payload is None or self._follow is None:
            return ()
        reply = await asyncio.to_thread(self._follow, message.chat, payload, message.words)
        return [reply] if reply else ()

    async def refuse_unknown_payload(self, message: Message) -> Sequence[Reply]:
        """A text that starts with a slash is a payload to Rasa; one that no button of ours has is not passed on."""
        if not message.text.startswith("/"):
            return ()
        payload = Payload.parse(message.text)
        if payload and payload.intent in self._engine.intents:
            message.text = payload.text()
            return ()
        return [talk.note(message.words, "unreadable", "old_button")]

    async def answer(self, message: Message) -> Sequence[Reply]:
        return await self._engine.handle(message.chat, message.text, message.channel, message.language)

    async def break_silence(self, message: Message) -> Sequence[Reply]:
        log.error("no action answered a message of channel %s", message.channel)
        return [_apology(message)]


def _apology(message: Message) -> Reply:
    return talk.note(message.words, "failed", "error", hotline=talk.HOTLINE)


def _place(error: BaseException) -> str:
    """Say where an error arose and of which kind it is. Its own words may quote the message, which may hold personal data."""
    return f"{type(error).__name__}\n{''.join(traceback.format_tb(error.__traceback__))}"
