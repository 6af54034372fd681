"""What every action of ours shares: read the turn, say the replies, remember the language."""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, Iterable, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn
from actions.wiring import Services, services
from answers.reply import Button, Payload, Reply


class BotAction(Action, ABC):
    """An action that turns one `Turn` into replies and into what is to be remembered."""

    @abstractmethod
    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        """Return the replies and the events of this turn."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn.of(tracker)
        replies, events = await self.answer(turn, services())
        say(dispatcher, [_with_way_back(turn, reply) for reply in replies])
        return [*events, *turn.remember_language()]


def _with_way_back(turn: Turn, reply: Reply) -> Reply:
    """Add the way back to a look-up that waits while something else is answered."""
    if not turn.memory.get("requested_slot") or reply.about.intent == "dossier_status":
        return reply
    back = Button(turn.words("status.back"), Payload("dossier_status").text())
    return replace(reply, buttons=(*reply.buttons, (back,)))


def say(dispatcher: CollectingDispatcher, replies: Iterable[Reply]) -> None:
    """Hand the replies to the channel, which gives them their form."""
    for reply in replies:
        dispatcher.utter_message(json_message=reply.as_dict())
