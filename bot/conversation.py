"""The way of a message, whatever channel it came by: a list of steps, the first that has replies ends it."""
from __future__ import annotations

import asyncio
import logging
import re
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import Any, Awaitable, Callable, Mapping, Sequence

from answers import handover, privacy, procedure, talk, urgent
from answers.dossier import FOLLOW, FOLLOWING
from answers.reply import Payload, Reply
from answers.words import Words, languages
from bot import commands
from bot.behind import AllOn, Alone, Answering, Desk, Follow, Nobody, NothingKept, Photos, Privacy, Rate, Switches
from bot.limits import SILENT, Limits
from bot.logs import place, with_fields
from bot.message import LIMIT, Message, readable, visible
from bot.metrics import Metrics
from bot.order import InOrder

log = logging.getLogger(__name__)

_SLASHES = re.compile(r"\A[\s/]+")

AT_ONCE = 2
"""Photos read side by side: each takes a core and some memory, whoever sends many waits."""

Step = Callable[[Message], Awaitable[Sequence[Reply]]]


class Conversation:
    """Answers messages of every channel. Never failing: a fault of ours is said and logged.

    It is silent only while a person answers, and to who floods it and was told so.
    """

    def __init__(self, engine: Answering, metrics: Metrics, rate: Rate, desk: Desk | None = None, photos: Photos | None = None,
                 follow: Follow | None = None, kept: Privacy | None = None, kept_days: int = talk.KEPT_DAYS,
                 switches: Switches | None = None, alone: Alone = nullcontext, limits: Limits | None = None) -> None:
        self._engine = engine
        self._limits = limits or Limits()
        self._follow = follow
        self._photos = photos
        self._reading = asyncio.Semaphore(AT_ONCE)
        self._order = InOrder()
        self._alone = alone
        self._kept = kept or NothingKept()
        self._kept_days = kept_days
        self._switches = switches or AllOn()
        self._rate = rate
        self._desk = desk or Nobody()
        self._metrics = metrics
        self.steps: tuple[Step, ...] = (
            self.clean, self.refuse_empty, self.refuse_too_long, self.help_in_danger, self.expand_command, self.take_rating,
            self.show_or_forget, self.take_follow, self.pass_to_agent, self.refuse_unknown_payload, self.refuse_wordless,
            self.say_switched_off, self.answer, self.break_silence,
        )
        # Of a message that the engine has answered: its text, and what comes after the engine.
        self.resumed: tuple[Step, ...] = (self.clean, self.expand_command, self.answer)

    async def words(self, chat: str, guess: str) -> Words:
        """Return the words of the language a conversation is in, for what is said without the engine; else of the guess."""
        try:
            return Words(await self._engine.language(chat) or guess)
        except Exception as error:
            log.error("the language of a conversation could not be read: %s", place(error))
            return Words(guess)

    async def handle(self, message: Message) -> list[Reply]:
        """Return at least one reply; none for a message that a person answers, or that is one too many."""
        return await self._within_limits(message, self._through_steps)

    async def photo(self, message: Message, data: bytes) -> list[Reply]:
        """Return the replies to a photo: those to the dossier numbers in its codes, or what was wrong with it."""
        return await self._within_limits(message, lambda _: self._read(message, data))

    async def cannot_read(self, message: Message, name: str) -> list[Reply]:
        """Return what is said of a message that holds no text (`talk.<name>`)."""

        async def say(_: Message) -> list[Reply]:
            return [await self._note(message, "not_text", name)]

        return await self._within_limits(message, say)

    async def _within_limits(self, message: Message, answer: Callable[[Message], Awaitable[list[Reply]]]) -> list[Reply]:
        refused = await self._limits.refused(message) if message.known is None else None
        if refused is None:
            return await answer(message)
        limit, outcome = refused
        self._metrics.limited(message.channel, limit)
        log.info("a message was not taken", extra=with_fields(channel=message.channel, limit=limit, outcomes=outcome))
        message.limited = True
        return [] if outcome == SILENT else [await self._note(message, outcome, outcome)]

    async def _through_steps(self, message: Message) -> list[Reply]:
        started = time.perf_counter()
        replies: Sequence[Reply] = ()
        try:
            # First within the process, so that a process waits for a chat at most once.
            async with self._order.of(message.chat), self._alone(message.chat):
                for step in self.steps if message.known is None else self.resumed:
                    replies = await step(message)
                    if replies or message.passed:
                        break
        except Exception as error:
            log.error("a message of channel %s could not be answered: %s", message.channel, place(error))
            replies = [await self._note(message, "failed", "error", hotline=talk.HOTLINE)]
        seconds = time.perf_counter() - started
        self._metrics.answered(message.channel, replies, seconds)
        log.info("a message was answered", extra=with_fields(
            channel=message.channel, outcomes=",".join(reply.outcome for reply in replies), milliseconds=round(seconds * 1000)))
        return list(replies)

    async def _read(self, message: Message, data: bytes) -> list[Reply]:
        if self._photos is None:
            return [await self._note(message, "not_text", "no_photo")]
        async with self._reading:
            reading = await asyncio.to_thread(self._photos, data)
        if reading.outcome == "read":
            return await self._through_steps(replace(message, text=" , ".join(reading.numbers)))
        return [await self._note(message, "not_text", f"photo_{reading.outcome}")]

    async def clean(self, message: Message) -> Sequence[Reply]:
        message.text = visible(message.text)
        return ()

    async def refuse_empty(self, message: Message) -> Sequence[Reply]:
        return () if message.text else [await self._note(message, "unreadable", "empty")]

    async def refuse_too_long(self, message: Message) -> Sequence[Reply]:
        return () if len(message.text) <= LIMIT else [await self._note(message, "unreadable", "too_long", limit=LIMIT)]

    async def help_in_danger(self, message: Message) -> Sequence[Reply]:
        """Answer a life in danger whatever the conversation is about; nothing of it is kept, but a person who answers hears it."""
        reply = urgent.answer(message.text)
        if reply is None:
            return ()
        try:
            await asyncio.to_thread(self._desk.hear, message.chat, message.text)
        except Exception as error:
            # The numbers to call must not depend on a database.
            log.error("a message of somebody in danger did not reach the desk: %s", place(error))
        return [reply]

    async def expand_command(self, message: Message) -> Sequence[Reply]:
        message.text = commands.payload(message.text) or message.text
        return ()

    async def take_rating(self, message: Message) -> Sequence[Reply]:
        """Keep what the citizen thinks of an answer; what the conversation is about stays as it was."""
        payload = Payload.parse(message.text)
        if payload is None or payload.intent != procedure.RATE or payload.aspect not in procedure.VOTES:
            return ()
        if not await asyncio.to_thread(self._rate, message.chat, payload.item, procedure.VOTES[payload.aspect]):
            return [await self._note(message, "unreadable", "old_button")]
        words = Words(payload.case) if payload.case in languages() else await self.words(message.chat, message.language)
        return [talk.rated(words, payload.aspect)]

    async def show_or_forget(self, message: Message) -> Sequence[Reply]:
        """Show what is kept of the chat, or erase it when the citizen is sure."""
        payload = Payload.parse(message.text)
        if payload is None or payload.intent not in (privacy.SHOW, privacy.FORGET):
            return ()
        words = await self.words(message.chat, message.language)
        if payload.intent == privacy.SHOW:
            return [privacy.shown(words, await self.kept(message.chat), self._kept_days)]
        if payload.item == privacy.YES:
            await asyncio.to_thread(self._kept.forget, message.chat)
            return [privacy.forgotten(words)]
        return [privacy.not_forgotten(words) if payload.item == privacy.NO else privacy.sure(words)]

    async def kept(self, chat: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return everything that is kept of a chat, by table."""
        return await asyncio.to_thread(self._kept.kept, chat)

    async def pass_to_agent(self, message: Message) -> Sequence[Reply]:
        """What is typed in a conversation with a person goes to that person; what is pressed still goes to the bot."""
        payload = Payload.parse(message.text)
        if payload and payload.intent in (handover.BACK, handover.LEAVE_MESSAGE):
            if payload.intent == handover.LEAVE_MESSAGE and (texts := await self._off("people")):
                return [talk.switched_off(await self.words(message.chat, message.language), texts)]
            return await asyncio.to_thread(self._desk.press, message.chat, message.channel, message.language, payload.intent)
        if message.text.startswith("/"):
            return ()
        replies = await asyncio.to_thread(self._desk.hear, message.chat, message.text)
        message.passed = replies is not None
        return replies or ()

    async def take_follow(self, message: Message) -> Sequence[Reply]:
        """Begin, list or end following a dossier; what the conversation is about stays as it was."""
        payload = Payload.parse(message.text)
        if payload is None or self._follow is None:
            return ()
        words, shows = await self.words(message.chat, message.language), payload.intent in (FOLLOW, FOLLOWING)
        if shows and (texts := await self._off("lookups")):
            return [talk.switched_off(words, texts)]
        reply = await asyncio.to_thread(self._follow, message.chat, payload, words)
        if reply is None:
            return ()
        texts = await self._off("notices") if shows else None
        return [talk.switched_off(words, texts), reply] if texts else [reply]

    async def refuse_unknown_payload(self, message: Message) -> Sequence[Reply]:
        """A text that starts with a slash is a payload to Rasa; one that no button of ours has is not passed on as such."""
        if not message.text.startswith("/"):
            return ()
        payload = Payload.parse(message.text)
        if payload and payload.intent in self._engine.intents:
            message.text = payload.text()
            return ()
        question = _SLASHES.sub("", message.text)
        if payload or "{" in question or len(question.split()) < 2:
            return [await self._note(message, "unreadable", "old_button")]
        # "/làm hộ chiếu": a question that somebody took for a command.
        message.text = question
        return ()

    async def refuse_wordless(self, message: Message) -> Sequence[Reply]:
        """Emoji, punctuation or a writing the bot does not read."""
        return () if readable(message.text) else [await self._note(message, "unreadable", "no_words")]

    async def say_switched_off(self, message: Message) -> Sequence[Reply]:
        """Say that what is asked for is turned off: what is typed, or the button of a look-up. Other buttons work on."""
        payload = Payload.parse(message.text)
        part = "answers" if payload is None else "lookups" if payload.intent == "dossier_status" else None
        texts = await self._off(part) if part else None
        return [talk.switched_off(await self.words(message.chat, message.language), texts)] if texts else ()

    async def _off(self, part: str) -> Mapping[str, str] | None:
        return await asyncio.to_thread(self._switches.off, part)

    async def answer(self, message: Message) -> Sequence[Reply]:
        replies = message.known
        if replies is None:
            replies = await self._engine.handle(message.chat, message.text, message.channel, message.language)
        if any(reply.about.kind == "status" for reply in replies) and (texts := await self._off("lookups")):
            return [talk.switched_off(Words(replies[0].about.language), texts)]
        if not any(reply.about.kind in ("handover", "fallback") for reply in replies):
            return replies
        if texts := await self._off("people"):
            asked = any(reply.about.kind == "handover" for reply in replies)
            return [talk.switched_off(Words(replies[0].about.language), texts), *replies] if asked else replies
        return await asyncio.to_thread(self._desk.after, message.chat, message.channel, message.text, replies)

    async def break_silence(self, message: Message) -> Sequence[Reply]:
        log.error("no action answered a message of channel %s", message.channel)
        return [await self._note(message, "failed", "error", hotline=talk.HOTLINE)]

    async def _note(self, message: Message, outcome: str, name: str, **values: Any) -> Reply:
        return talk.note(await self.words(message.chat, message.language), outcome, name, **values)

