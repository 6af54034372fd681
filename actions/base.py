"""What every action of ours shares: read the turn, say the replies, remember the language."""
from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from typing import Any, Iterable, Sequence

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.turn import Turn
from actions.wiring import Services, services
from answers.reply import Button, Payload, Reply

QUESTION = "question"
"""The slot that holds what the last answer asked: the services offered, and the aspects the citizen wants of the one chosen."""


class BotAction(Action, ABC):
    """An action that turns one `Turn` into replies and into what is to be remembered."""

    @abstractmethod
    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        """Return the replies and the events of this turn."""

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        turn = Turn.of(tracker)
        replies, events = await self.answer(turn, services())
        if replies and turn.memory.get(QUESTION):
            # A question waits for the next message only; an action that asks (again) says so itself.
            events = [SlotSet(QUESTION, None), *events]
        replies = [_with_way_back(turn, reply) for reply in replies]
        if replies and not turn.memory.get("introduced"):
            replies = [_introduced(turn, replies[0], services().kept_days), *replies[1:]]
            events = [*events, SlotSet("introduced", True)]
        say(dispatcher, replies)
        # A language that was chosen in this turn goes before the one it was asked for in.
        remembered = {event["name"]: event for event in [*turn.remember_language(), *events] if event["event"] == "slot"}
        others = [event for event in events if event["event"] != "slot"]
        return [event for event in [*remembered.values(), *others] if _changes(event, turn)]


def _changes(event: EventType, turn: Turn) -> bool:
    """Tell whether an event changes what is remembered; one that does not only makes the conversation's record longer."""
    return event.get("event") != "slot" or turn.memory.get(event["name"]) != event["value"]


def _introduced(turn: Turn, reply: Reply, kept_days: int) -> Reply:
    """Say in the first answer that a machine answers and what it keeps, as the law asks; the greeting says it at length."""
    if reply.outcome == "greeted":
        return reply
    return replace(reply, footer=(*reply.footer, turn.words("talk.introduction", days=kept_days)))


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
