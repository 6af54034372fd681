"""Answering about services: the one named, the one in focus, and a second one asked for in the same message."""
from __future__ import annotations

from typing import Sequence

from rasa_sdk.events import EventType, SlotSet

from actions.base import BotAction
from actions.talk import programme_named
from actions.turn import Turn
from actions.wiring import Services
from answers import procedure, talk
from answers.cases import named_case
from answers.reply import Reply
from answers.sections import SECTIONS
from catalogue.model import Script


class ActionAnswer(BotAction):
    """Answers exactly what was asked about a service; a follow-up is about the service in focus."""

    def name(self) -> str:
        return "action_answer"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        named = given.catalogue.get(turn.service)
        programme = None if named else programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        script = named or given.catalogue.get(turn.memory.get("service"))
        if script is None:
            return [talk.which_focus(turn.words, turn.aspects)], []
        if turn.payload and turn.payload.aspect == "faq":
            item = turn.payload.item or ""
            return [procedure.questions(script, given.today(), turn.language, int(item) if item.isdecimal() else None)], \
                _focus(script, None, None)
        aspects, case = _aspects(turn, script), _case(turn, script)
        first = procedure.answer(script, aspects, given.today(), turn.language, case)
        replies = [talk.with_intent(first, turn.intent if turn.intent == "ask_aspect" else "ask_service")]
        return [*replies, *_also(turn, given)], _focus(script, aspects[0], case)


def _aspects(turn: Turn, script: Script) -> list[str]:
    known = [aspect for aspect in turn.aspects if aspect in SECTIONS]
    follow_up = turn.intent == "ask_aspect" and known in ([], ["overview"])
    # "còn mất thì sao" asks the same aspect again, for another case.
    return [turn.memory.get("aspect") or "overview"] if follow_up else known or ["overview"]


def _case(turn: Turn, script: Script) -> str | None:
    """The case named in this message, else for a follow-up the one in focus."""
    if turn.payload:
        return turn.payload.case
    kept = turn.memory.get("case") if turn.intent == "ask_aspect" else None
    return named_case(script, turn.text) or kept


def _also(turn: Turn, given: Services) -> list[Reply]:
    """Answer the other services of the message, each for its own clause's aspects."""
    found = [(given.catalogue.get(row["service"]), row["aspects"]) for row in turn.understood.get("also_asked") or []]
    return [procedure.answer(script, [aspect for aspect in aspects if aspect in SECTIONS] or ["overview"], given.today(),
                             turn.language, named_case(script, turn.text)) for script, aspects in found if script]


def _focus(script: Script, aspect: str | None, case: str | None) -> list[EventType]:
    return [SlotSet("service", script.id), SlotSet("aspect", aspect), SlotSet("case", case)]
