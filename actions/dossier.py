"""Looking a dossier up: a form asks for the number and the four digits; then the status is shown."""
from __future__ import annotations

import json
import re
from typing import Any, Mapping, Sequence

from rasa_sdk import FormValidationAction, Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import request
from actions.answering import answered
from actions.base import QUESTION, BotAction
from actions.shown import NUMBER, about_known
from actions.turn import Turn, done
from actions.wiring import Services, services
from answers import fragments, status
from answers.dossier import shown
from answers.reply import Payload, Reply
from dossiers import digits, kinds, numbers
from dossiers.lookup import TooManyAttempts
from dossiers.numbers import Number
from dossiers.provider import SourceDown

DIGITS = "dossier_digits"
FORGET = [SlotSet(NUMBER, None), SlotSet(DIGITS, None)]

LOOK_UP, FORM = "action_dossier_status", "dossier_form"
NO_MATCH = json.dumps({"no_match": True})
PROVEN = "proven"
"""Stands for the digits of a dossier that the chat has proven its own before; nobody can type it, and it is checked again."""

ASK_DIGITS_AGAIN = [SlotSet(QUESTION, NO_MATCH), ActiveLoop(FORM), SlotSet("requested_slot", DIGITS)]
"""The events after which the look-up waits for the digits of the number it has; the button under the answer begins anew."""


class ValidateDossierForm(FormValidationAction):
    """Takes the number and the digits out of the message; what is neither leaves the form waiting."""

    def name(self) -> str:
        return "validate_dossier_form"

    async def extract_dossier_number(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        if LOOK_UP in done(tracker):
            # The message was tried and did not match; the form only waits again, and must not try it once more.
            return {NUMBER: tracker.slots.get(NUMBER)}
        text = tracker.latest_message.get("text") or ""
        found = numbers.find(text)
        if len(found) > 1:
            # Which one is asked; the one before is not meant any more.
            return {NUMBER: None}
        if found:
            # A new number in the middle of a look-up replaces the one before.
            return {NUMBER: found[0].canonical}
        if (picked := _picked(text, tracker.slots)) and not Payload.parse(text):
            return {NUMBER: picked}
        # What was asked for is all there only after a look-up that failed half-way: it can be made now.
        finished = not tracker.slots.get("requested_slot") and not tracker.slots.get(DIGITS)
        if finished or _no_match_was_said(tracker) and _asks_anew(text):
            # A look-up begins anew, without the number of the one before, unless the message asks on about that one.
            return {NUMBER: tracker.slots.get(NUMBER) if _asks_on(tracker) else None}
        asked_again = tracker.latest_message["intent"].get("name") == "dossier_status"
        # Without any slot Rasa takes the message for something in between, and finds no rule for a look-up in a look-up.
        return {NUMBER: tracker.slots.get(NUMBER)} if asked_again else {}

    async def extract_dossier_digits(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Any) -> dict[str, Any]:
        text = tracker.latest_message.get("text") or ""
        if LOOK_UP in done(tracker):
            return {}
        if typed := numbers.find(text):
            found = _digits_beside(text, typed[0]) if len(typed) == 1 else None
        elif not tracker.slots.get("requested_slot"):
            found = PROVEN if _asks_on(tracker) else None
        else:
            found = digits.find(text) or digits.said(text) if tracker.slots.get("requested_slot") == DIGITS else None
        return {DIGITS: found} if found else {}


class AskNumber(BotAction):
    """Asks for the number; after another question was answered in between, it waits without asking again."""

    def name(self) -> str:
        return "action_ask_dossier_number"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        found = numbers.find(turn.text)
        if len(found) > 1:
            return choose(turn, [number.canonical for number in found])
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
        asks = (turn.intent == "dossier_status" or turn.memory[NUMBER] in offered_numbers(turn.memory)) and LOOK_UP not in turn.done
        return [status.digits_wanted(turn.words, turn.memory[NUMBER])] if asks else [], []


class ActionDossierStatus(BotAction):
    """Looks the dossier up and shows its status; the digits are forgotten afterwards."""

    def name(self) -> str:
        return LOOK_UP

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        number, typed = turn.memory[NUMBER], turn.memory[DIGITS]
        if given.lookups_off():
            return [status.left(turn.words)], list(FORGET)
        if typed == PROVEN:
            return [about_known(turn, given) or status.number_wanted(turn.words)], [SlotSet(DIGITS, None)]
        try:
            dossier = await given.lookup.find(turn.chat, number, typed)
        except TooManyAttempts:
            return [status.too_many(turn.words)], list(FORGET)
        except SourceDown:
            return [status.down(turn.words, number)], list(FORGET)
        if dossier is None:
            # Whoever mistyped the digits types them again: each time is an attempt that counts.
            return [status.no_match(turn.words, number)], [SlotSet(DIGITS, None), *ASK_DIGITS_AGAIN]
        script = given.catalogue.get(dossier.service)
        # The number is remembered for questions about this dossier, and its service is in focus now.
        focus = [SlotSet("service", script.id if script else None), SlotSet("aspect", None), SlotSet("case", None)]
        followed = given.follows.has(turn.chat, number)
        return [shown(turn.words, dossier, script, given.today(), followed)], [SlotSet(DIGITS, None), *focus]


def _digits_beside(text: str, number: Number) -> str | None:
    """Return the four digits that were sent along with a number, or None; a year or an amount in the message is none."""
    start, end = number.span
    return fragments.digits_beside(text[:start], text[end:])


def choose(turn: Turn, offered: Sequence[str]) -> tuple[Sequence[Reply], list[EventType]]:
    """Ask which of several numbers is meant, and remember them for the answer."""
    return [status.several(turn.words, offered)], [SlotSet(QUESTION, json.dumps({"numbers": list(offered)}))]


def offered_numbers(memory: Mapping[str, Any]) -> Sequence[str]:
    """Return the numbers that the last answer asked to choose from."""
    return json.loads(memory.get(QUESTION) or "{}").get("numbers", ())


def _picked(text: str, memory: Mapping[str, Any]) -> str | None:
    """Return the number that the message picks of those offered: by its place, or by how it ends."""
    offered = offered_numbers(memory)
    at = fragments.place(text, len(offered)) if offered else None
    if at is not None:
        return offered[at]
    ends = re.findall(r"\d{3,}", text)
    found = [number for number in offered if len(ends) == 1 and number.endswith(ends[0])]
    return found[0] if len(found) == 1 else None


def waiting(turn: Turn) -> tuple[Sequence[Reply], list[EventType]] | None:
    """Return what is said to a message that is no question of its own: a number of another kind, or that ours is not at hand."""
    asked = turn.memory.get("requested_slot")
    if turn.payload:
        return None
    if asked == NUMBER and fragments.without_number(turn.text):
        return [status.number_lost(turn.words)], []
    if asked and fragments.holds("context.wait", turn.text):
        return [status.unhurried(turn.words, asked_again(turn))], []
    other = another_number(turn) if asked == NUMBER or fragments.only_a_number(turn.text) else None
    if other and asked == DIGITS:
        other = asked_again(turn, wrong=True)
    if other is None and any(map(str.isdigit, turn.text)) and (offered := offered_numbers(turn.memory)):
        return choose(turn, offered)
    return ([other], []) if other else None


def asked_again(turn: Turn, wrong: bool = False) -> Reply:
    """Return the question that an open look-up waits for."""
    number = turn.memory.get(NUMBER)
    return status.digits_wanted(turn.words, number, wrong) if number else status.number_wanted(turn.words, wrong)


def _no_match_was_said(tracker: Tracker) -> bool:
    return tracker.slots.get(QUESTION) == NO_MATCH


def _asks_anew(text: str) -> bool:
    """Tell whether the button was pressed under which a look-up begins anew; other buttons are about something else."""
    payload = Payload.parse(text)
    return payload is not None and payload.intent == "dossier_status"


def _asks_on(tracker: Tracker) -> bool:
    """Tell whether the message, typed, asks about the dossier that was shown last, and the chat has proven that one its own."""
    text, number = tracker.latest_message.get("text") or "", tracker.slots.get(NUMBER)
    return bool(number and not Payload.parse(text) and fragments.question_about_dossier(text)
                and services().lookup.proven(tracker.sender_id, number))


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
