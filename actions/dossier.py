"""Looking a dossier up: a form asks for the number and the four digits; then the status is shown."""
from __future__ import annotations

from typing import Any, Sequence

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import request
from actions.answer import answered
from actions.base import BotAction
from actions.turn import Turn
from actions.wiring import Services
from answers import status
from answers.dossier import shown
from answers.reply import Reply
from dossiers import digits, kinds, numbers
from dossiers.lookup import TooManyAttempts
from dossiers.provider import SourceDown

NUMBER, DIGITS = "dossier_number", "dossier_digits"
FORGET = [SlotSet(NUMBER, None), SlotSet(DIGITS, None)]


class ValidateDossierForm(FormValidationAction):
    """Takes the number and the digits out of the message; what is neither leaves the form waiting."""

    def name(self) -> str:
        return "validate_dossier_form"

    async def extract_dossier_number(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        found = numbers.find(tracker.latest_message.get("text") or "")
        if len(found) > 1:
            # Which one is asked; the one before is not meant any more.
            return {NUMBER: None}
        if found:
            # A new number in the middle of a look-up replaces the one before.
            return {NUMBER: found[0].canonical}
        asked_again = tracker.latest_message["intent"].get("name") == "dossier_status"
        # Without any slot Rasa takes the message for something in between, and finds no rule for a look-up in a look-up.
        return {NUMBER: tracker.slots.get(NUMBER)} if asked_again and tracker.slots.get("requested_slot") else {}

    async def extract_dossier_digits(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        text = tracker.latest_message.get("text") or ""
        if tracker.slots.get("requested_slot") != DIGITS or numbers.find(text):
            return {}
        found = digits.find(text)
        return {DIGITS: found} if found else {}


class AskNumber(BotAction):
    """Asks for the number; after another question was answered in between, it waits without asking again."""

    def name(self) -> str:
        return "action_ask_dossier_number"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        found = numbers.find(turn.text)
        if len(found) > 1:
            return [status.several(turn.words, [number.canonical for number in found])], []
        if turn.intent != "dossier_status":
            return [], []
        if asked := request.aspect_by_name(turn, given):
            # "Kết quả" is a look-up to the model, and a button under the answer before; the look-up waits.
            return answered(asked, turn, given)
        return [another_number(turn) or status.number_wanted(turn.words)], []


class AskDigits(BotAction):
    """Asks for the four digits; after another question was answered in between, it waits without asking again."""

    def name(self) -> str:
        return "action_ask_dossier_digits"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        return [status.digits_wanted(turn.words, turn.memory[NUMBER])] if turn.intent == "dossier_status" else [], []


class ActionDossierStatus(BotAction):
    """Looks the dossier up and shows its status; number and digits are forgotten afterwards."""

    def name(self) -> str:
        return "action_dossier_status"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        number = turn.memory[NUMBER]
        if given.lookups_off():
            return [status.left(turn.words)], list(FORGET)
        try:
            dossier = await given.lookup.find(turn.chat, number, turn.memory[DIGITS])
        except TooManyAttempts:
            return [status.too_many(turn.words)], list(FORGET)
        except SourceDown:
            return [status.down(turn.words, number)], list(FORGET)
        if dossier is None:
            return [status.no_match(turn.words, number)], list(FORGET)
        script = given.catalogue.get(dossier.service)
        # The dossier's service is in focus now: "cần bổ sung giấy tờ gì" is about it.
        focus = [SlotSet("service", script.id)] if script else []
        followed = given.follows.has(turn.chat, number)
        return [shown(turn.words, dossier, script, given.today(), followed)], [*FORGET, *focus]


def another_number(turn: Turn) -> Reply | None:
    """Return what to say of a message with a phone number, procedure code or the like instead of a dossier number."""
    kind = None if turn.payload else kinds.kind(turn.text)
    return status.other_number(turn.words, kind, kinds.code(turn.text)) if kind else None


class ActionDossierLeft(BotAction):
    """Ends the look-up at the citizen's wish."""

    def name(self) -> str:
        return "action_dossier_left"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        return [status.left(turn.words)], list(FORGET)
