"""Answering about services: the one named, the one in focus, and a second one asked for in the same message."""
from __future__ import annotations

from abc import abstractmethod
from typing import Sequence

from rasa_sdk.events import EventType, SlotSet

from actions import listing, request
from actions.base import BotAction
from actions.named import programme_named
from actions.request import Request
from actions.shown import about_shown
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, procedure, status, talk
from answers.cases import named_case
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
        if reply := about_shown(turn, given):
            return [reply], []
        page = listing.page_turned(turn)
        if page is not None:
            return listing.listed(turn, given, page)
        if both := request.of_both(turn, given):
            return answered_all(both, turn, given)
        if again := request.asked_again(turn, given):
            scripts, aspects = again
            cases = request.cases_named(turn, scripts)
            return [talk.choose(turn.words, scripts, aspects[0], "ask_aspect")], [request.asking(scripts, aspects, cases)]
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
        also = _also(turn, given)
        return answered_all(request.in_order([asked, *also], turn), turn, given) if also else answered(asked, turn, given)


def answered(asked: Request, turn: Turn, given: Services) -> Answer:
    """Answer a request, or ask what it is about, and keep its service in focus."""
    if not asked.aspects:
        return [talk.what_about(turn.words, asked.script, given.today(), asked.case)], request.remembered(asked)
    reply = procedure.answer(asked.script, asked.aspects, given.today(), turn.language, asked.case)
    return [talk.with_intent(reply, asked.intent)], request.remembered(asked)


def _question(turn: Turn, given: Services, script: Script) -> Answer:
    item = (turn.payload.item if turn.payload else None) or ""
    replies = [procedure.questions(script, given.today(), turn.language, int(item) if item.isdecimal() else None)]
    return replies, [SlotSet("service", script.id), SlotSet("aspect", None), SlotSet("case", None)]


def answered_all(asked: Sequence[Request], turn: Turn, given: Services) -> Answer:
    """Answer several requests; the first is in focus, and what is asked next without a name is asked of all of them."""
    replies = [reply for one in asked for reply in answered(one, turn, given)[0]]
    cases = {one.script.id: one.case for one in asked if one.case}
    return replies, [*request.remembered(asked[0]), request.asking([one.script for one in asked], (), cases, both=True)]


def _also(turn: Turn, given: Services) -> list[Request]:
    """Return what is asked of the other services of the message, each for its own clause's aspects."""
    found = [(given.catalogue.get(row["service"]), row["aspects"]) for row in turn.understood.get("also_asked") or []]
    return [Request(script, [aspect for aspect in aspects if aspect in SECTIONS] or ["overview"], named_case(script, turn.text),
                    "ask_service") for script, aspects in found if script]
