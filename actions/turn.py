"""One turn as the actions see it: what was understood, in which language, and what the conversation remembers."""
from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Mapping, Sequence

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, SlotSet

from answers.reply import Payload
from answers.words import DEFAULT, Words, languages


@dataclass(frozen=True)
class Turn:
    """A message in its conversation. `payload` is set when it came from a button, and then nothing was guessed.

    `done` are the actions that were run since, the latest first.
    """

    chat: str
    text: str
    intent: str
    understood: Mapping[str, Any]
    payload: Payload | None
    words: Words
    memory: Mapping[str, Any]
    done: Sequence[str] = ()

    @classmethod
    def of(cls, tracker: Tracker) -> Turn:
        message = tracker.latest_message
        text = message.get("text") or ""
        payload = Payload.parse(text)
        understood = {} if payload else message.get("understanding") or {}
        intent = payload.intent if payload else understood.get("intent") or message["intent"].get("name") or "out_of_scope"
        language = _language(tracker.slots, understood, message.get("metadata") or {})
        return cls(tracker.sender_id, text, intent, understood, payload, Words(language), tracker.slots,
                   done(tracker))

    @property
    def language(self) -> str:
        return self.words.language

    @property
    def aspects(self) -> Sequence[str]:
        """The aspects asked for, the main one first."""
        if self.payload:
            return [self.payload.aspect] if self.payload.aspect else []
        return self.understood.get("aspects") or []

    @property
    def candidates(self) -> Sequence[Sequence[Any]]:
        """The likely services as (service, confidence)."""
        return self.understood.get("candidates") or []

    @property
    def service(self) -> str | None:
        """The service this message names, if any; under another pipeline than ours, the intent itself may be one."""
        return self.understood.get("service") or self.intent

    def remember_language(self) -> list[EventType]:
        """Return the event that keeps this turn's language, if it is new."""
        return [] if self.memory.get("language") == self.language else [SlotSet("language", self.language)]


def done(tracker: Tracker) -> Sequence[str]:
    """Return the names of the actions that were run since the message came, the latest first."""
    since = takewhile(lambda event: event["event"] != "user", reversed(tracker.events))
    return tuple(event["name"] for event in since if event["event"] == "action")


def _language(memory: Mapping[str, Any], understood: Mapping[str, Any], metadata: Mapping[str, Any]) -> str:
    """The language chosen, else that of the message, else the one before ("ok" tells none), else the channel's guess."""
    before = memory.get("language") or metadata.get("language") or DEFAULT
    seen = understood.get("language")
    return before if memory.get("language_chosen") or seen not in languages() else seen
