"""Answering about services: the one named, the one in focus, and a second one asked for in the same message."""
from __future__ import annotations

from abc import abstractmethod

from rasa_sdk.events import SlotSet

from actions import dossier, listing, question, request
from actions.answering import Answer, answered, answered_all
from actions.base import BotAction
from actions.named import explained, programme_named
from actions.request import Request
from actions.shown import about_shown
from actions.turn import Turn
from actions.wiring import Services
from answers import procedure, talk
from answers.cases import named_case
from answers.sections import SECTIONS
from catalogue.model import Script


class ConversationAction(BotAction):
    """An action for messages that may mean something else beside what was said before, as "mất" does after a passport."""

    async def answer(self, turn: Turn, given: Services) -> Answer:
        if answer := self.waiting(turn):
            return answer
        if reply := about_shown(turn, given):
            return [reply], []
        page = listing.page_turned(turn)
        if page is not None:
            return listing.listed(turn, given, page)
        if both := request.of_both(turn, given):
            return answered_all(both, turn, given)
        if again := request.asked_again(turn, given):
            scripts, aspects = again
            cases = question.cases_named(turn, scripts)
            return [talk.choose(turn.words, scripts, aspects[0], "ask_aspect")], [question.asking(scripts, aspects, cases)]
        general = explained(turn, given)
        if general:
            return [talk.topic(turn.words, general, given.today(), turn.intent)], []
        asked = request.in_conversation(turn, given)
        return answered(asked, turn, given) if asked else await self.answer_alone(turn, given)

    def waiting(self, turn: Turn) -> Answer | None:
        """Return the answer to a message that only speaks of a number, or of one that a look-up waits for; None for others."""
        return dossier.waiting(turn)

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
            return [talk.which_focus(turn.words, turn.aspects)], [question.asking((), turn.aspects)]
        if turn.payload and turn.payload.aspect == "faq":
            return _question(turn, given, asked.script)
        also = _also(turn, given)
        return answered_all(request.in_order([asked, *also], turn), turn, given) if also else answered(asked, turn, given)


def _question(turn: Turn, given: Services, script: Script) -> Answer:
    item = (turn.payload.item if turn.payload else None) or ""
    replies = [procedure.questions(script, given.today(), turn.language, int(item) if item.isdecimal() else None)]
    return replies, [SlotSet("service", script.id), SlotSet("aspect", None), SlotSet("case", None)]


def _also(turn: Turn, given: Services) -> list[Request]:
    """Return what is asked of the other services of the message, each for its own clause's aspects."""
    found = [(given.catalogue.get(row["service"]), row["aspects"]) for row in turn.understood.get("also_asked") or []]
    return [Request(script, [aspect for aspect in aspects if aspect in SECTIONS] or ["overview"], named_case(script, turn.text),
                    "ask_service") for script, aspects in found if script]
