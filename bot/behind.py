"""What stands behind a conversation, as it sees it; and stand-ins for a bot that has no people, no staff or keeps nothing."""
from __future__ import annotations

from typing import Any, AsyncContextManager, Callable, Mapping, Protocol, Sequence

from answers import handover
from answers.reply import Payload, Reply
from answers.words import Words


class Answering(Protocol):
    """What answers: the engine, or a stand-in for it in a test."""

    intents: frozenset[str]

    async def handle(self, chat: str, text: str, channel: str, language: str) -> list[Reply]: ...

    async def language(self, chat: str) -> str | None: ...


class Desk(Protocol):
    """The people behind the bot. Its calls block: they are made in threads."""

    def hear(self, chat: str, text: str) -> Sequence[Reply] | None:
        """Take what is typed in a conversation that a person has or is waited for; None where there is none."""

    def press(self, chat: str, channel: str, language: str, intent: str) -> Sequence[Reply]:
        """Do what a button about the conversation with a person asks for."""

    def after(self, chat: str, channel: str, text: str, replies: Sequence[Reply]) -> Sequence[Reply]:
        """Return what the answers to somebody who asked for a person, or was not helped, become."""


class Nobody:
    """The desk of a bot without people."""

    def hear(self, chat: str, text: str) -> None:
        return None

    def press(self, chat: str, channel: str, language: str, intent: str) -> Sequence[Reply]:
        return [handover.nothing_open(Words(language))]

    def after(self, chat: str, channel: str, text: str, replies: Sequence[Reply]) -> Sequence[Reply]:
        return replies


class Privacy(Protocol):
    """What is kept of chats. Its calls block: they are made in threads."""

    def kept(self, chat: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        """Return everything that is kept of a chat, by table."""

    def forget(self, chat: str) -> None:
        """Erase everything that is kept of a chat."""


class Switches(Protocol):
    """The parts staff can turn off. A call may ask the database: it is made in a thread."""

    def off(self, name: str) -> Mapping[str, str] | None:
        """Return what citizens read instead of a part (answers, lookups, people), by language; None while it is on."""


class AllOn:
    """The switches of a bot without staff."""

    def off(self, name: str) -> None:
        return None


class NothingKept:
    """The privacy of a bot that keeps nothing."""

    def kept(self, chat: str) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        return {}

    def forget(self, chat: str) -> None:
        """Nothing is kept."""


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

Alone = Callable[[str], AsyncContextManager[None]]
"""Keeps other processes from a chat while one has it."""
