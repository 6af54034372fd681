"""When the bot is not sure, or the request is none of the services: ask, or decline and offer ways on."""
from __future__ import annotations

from typing import Sequence

from rasa_sdk.events import EventType

from actions.answer import ActionAnswer
from actions.base import BotAction
from actions.dossier import another_number
from actions.talk import programme_named
from actions.turn import Turn
from actions.wiring import Services
from answers import status, talk
from answers.cases import named_case, procedure_named
from answers.reply import Reply


class ActionUnsure(BotAction):
    """Asks which of two or three services was meant, or says it is none of them."""

    def name(self) -> str:
        return "action_unsure"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        programme = programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        waiting = _waiting(turn)
        if waiting:
            return [waiting], []
        other = another_number(turn)
        if other:
            return [other], []
        if _follow_up(turn, given):
            return await ActionAnswer().answer(turn, given)
        if turn.understood.get("decision") == "clarify":
            scripts = [script for service, _ in turn.candidates if (script := given.catalogue.get(service))]
            return [talk.which_service(turn.words, scripts, turn.candidates, turn.aspects)], []
        procedure = procedure_named(turn.text, given.catalogue.elsewhere()) if turn.intent == "out_of_scope" else None
        if procedure:
            return [talk.elsewhere(turn.words, procedure)], []
        return [talk.declined(turn.words, turn.intent == "out_of_scope", turn.candidates)], []


def _follow_up(turn: Turn, given: Services) -> bool:
    """Tell whether a likely follow-up names a case of the service in focus ("còn làm cho con thì sao"): then it is one."""
    script = given.catalogue.get(turn.memory.get("service"))
    return turn.intent == "ask_aspect" and script is not None and named_case(script, turn.text) is not None


def _waiting(turn: Turn) -> Reply | None:
    """Return the question an open look-up waits for, when figures came that are not an answer to it."""
    asked = turn.memory.get("requested_slot")
    if not any(character.isdigit() for character in turn.text) or asked not in ("dossier_number", "dossier_digits"):
        return None
    if asked == "dossier_number":
        return another_number(turn) or status.number_wanted(turn.words, wrong=True)
    return status.digits_wanted(turn.words, turn.memory.get("dossier_number") or "", wrong=True)
