"""Answering about services: the one named, the one in focus, and a second one asked for in the same message."""
from __future__ import annotations

from abc import abstractmethod
from typing import Sequence

from rasa_sdk.events import EventType, SlotSet

from actions import request
from actions.base import BotAction
from actions.named import explained, programme_named
from actions.request import Request
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, procedure, status, talk
from answers.cases import named_case, question_named
from answers.reply import Reply
from answers.sections import SECTIONS
from catalogue.model import Script

Answer = tuple[Sequence[Reply], list[EventType]]


class ConversationAction(BotAction):
    """An action for messages that may mean something else beside what was said before, as "mất" does after a passport."""

    async def answer(self, turn: Turn, given: Services) -> Answer:
        waiting = self.waiting(turn)
        if waiting:
            return [waiting], []
        general = explained(turn, given)
        if general:
            return [talk.topic(turn.words, general, given.today(), turn.intent)], []
        asked = request.in_conversation(turn, given)
        return answered(asked, turn, given) if asked else await self.answer_alone(turn, given)

    def waiting(self, turn: Turn) -> Reply | None:
        """Return the question a look-up waits for, when the message says that the number is not at hand."""
        wanted = turn.memory.get("requested_slot") == "dossier_number" and not turn.payload
        return status.number_wanted(turn.words) if wanted and fragments.without_number(turn.text) else None

    @abstractmethod
    async def answer_alone(self, turn: Turn, given: Services) -> Answer:
        """Return the replies and the events for a message that means what it says by itself."""


class ActionAnswer(ConversationAction):
    """Answers exactly what was asked about a service; a follow-up is about the service in focus."""

    def name(self) -> str:
        return "action_answer"

    async def answer_alone(self, turn: Turn, given: Services) -> Answer:
        programme = None if given.catalogue.get(turn.service) else programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        if turn.service != "ask_aspect" and not given.catalogue.get(turn.service):
            # Its script is broken and was left out; the service in focus is not what was asked about.
            return [talk.missing(turn.words)], []
        asked = request.of_message(turn, given)
        if asked is None:
            return [talk.which_focus(turn.words, turn.aspects)], [request.asking((), turn.aspects)]
        if turn.payload and turn.payload.aspect == "faq":
            return _question(turn, given, asked.script)
        replies, events = answered(asked, turn, given)
        return [*replies, *_also(turn, given)], events


def answered(asked: Request, turn: Turn, given: Services) -> Answer:
    """Answer a request, and keep its service in focus; the words of a frequent question ask for its answer."""
    item = None if turn.payload else question_named(asked.script, turn.text, given.today())
    if item is not None:
        reply = procedure.questions(asked.script, given.today(), turn.language, item)
        return [talk.with_intent(reply, asked.intent)], request.remembered(asked)
    reply = procedure.answer(asked.script, asked.aspects, given.today(), turn.language, asked.case)
    return [talk.with_intent(reply, asked.intent)], request.remembered(asked)


def _question(turn: Turn, given: Services, script: Script) -> Answer:
    item = (turn.payload.item if turn.payload else None) or ""
    replies = [procedure.questions(script, given.today(), turn.language, int(item) if item.isdecimal() else None)]
    return replies, [SlotSet("service", script.id), SlotSet("aspect", None), SlotSet("case", None)]


def _also(turn: Turn, given: Services) -> list[Reply]:
    """Answer the other services of the message, each for its own clause's aspects."""
    found = [(given.catalogue.get(row["service"]), row["aspects"]) for row in turn.understood.get("also_asked") or []]
    return [procedure.answer(script, [aspect for aspect in aspects if aspect in SECTIONS] or ["overview"], given.today(),
                             turn.language, named_case(script, turn.text)) for script, aspects in found if script]
