"""When the bot is not sure, or the request is none of the services: ask, or decline and offer ways on."""
from __future__ import annotations

from actions import question
from actions.answer import ConversationAction
from actions.answering import Answer
from actions.dossier import another_number, asked_again
from actions.named import programme_named
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, status, talk
from answers.cases import procedure_named
from answers.reply import Reply
from catalogue.model import Elsewhere
from dossiers import part

WORTH_OFFERING = 0.1
"""What share of the most likely service's likelihood another must have to be offered; "none of these" stands below in any case."""


class ActionUnsure(ConversationAction):
    """Asks which of two or three services was meant, or says it is none of them."""

    def name(self) -> str:
        return "action_unsure"

    def waiting(self, turn: Turn) -> Answer | None:
        """Figures that are no answer to what a look-up asked for are neither a case nor a place in a list."""
        return super().waiting(turn) or (([found], []) if (found := _figures(turn)) else None)

    async def answer_alone(self, turn: Turn, given: Services) -> Answer:
        programme = programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        other = procedure_named(turn.text, given.catalogue.elsewhere())
        if turn.understood.get("decision") == "clarify":
            return _which(turn, given, other)
        if other:
            return [talk.elsewhere(turn.words, other)], []
        return [_declined(turn)], []


def _declined(turn: Turn) -> Reply:
    """Say that nothing can be answered; an open look-up is not forgotten over it, and asks again who asks on about the dossier."""
    declined = talk.declined(turn.words, turn.intent == "out_of_scope", turn.candidates)
    if not turn.memory.get("requested_slot") or turn.payload:
        return declined
    if fragments.question_about_dossier(turn.text):
        return asked_again(turn)
    return status.still_waiting(turn.words, declined, turn.memory.get("dossier_number"))


def _which(turn: Turn, given: Services, other: Elsewhere | None) -> Answer:
    """Ask which of the likely services was meant; what the message calls by name and is none of them is pointed to beside it."""
    known = [pair for pair in turn.candidates if given.catalogue.get(pair[0])]
    likely = [pair for pair in known if pair[1] >= WORTH_OFFERING * known[0][1]]
    if not likely:
        return [talk.elsewhere(turn.words, other) if other else talk.declined(turn.words, False)], []
    scripts = [script for service, _ in likely if (script := given.catalogue.get(service))]
    return [talk.which_service(turn.words, scripts, likely, turn.aspects, other)], [
        question.asking(scripts, turn.aspects, question.cases_named(turn, scripts))]


def _figures(turn: Turn) -> Reply | None:
    """Return the question a look-up waits for, when figures came that are not an answer to it; part of a number begins one."""
    asked = turn.memory.get("requested_slot")
    other = another_number(turn)
    if question.asks_which(turn):
        return other  # "2" picks the second service
    if asked == "dossier_digits" and any(map(str.isdigit, turn.text)):
        return status.digits_wanted(turn.words, turn.memory.get("dossier_number") or "", wrong=True)
    if asked == "dossier_number" and any(map(str.isdigit, turn.text)) or part.found(turn.text):
        return other or status.number_wanted(turn.words, wrong=True)
    return other
