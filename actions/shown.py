"""Questions about a dossier whose status was shown (why, which papers, when), of the chat that has proven it its own."""
from __future__ import annotations

from actions.turn import Turn
from actions.wiring import Services
from answers import fragments
from answers.dossier import ASKS_FOR_PAPERS, explained, shown
from answers.reply import Reply

NUMBER = "dossier_number"
"""The slot with the number of the dossier that is looked up, or was shown last."""

MANY_WORDS = 14
"""A message with more words than this says by itself what it is about."""


def about_known(turn: Turn, given: Services) -> Reply | None:
    """Answer a question about the dossier that was shown last, to the chat that has proven it its own; None if there is none."""
    question, number = fragments.question_about_dossier(turn.text), turn.memory.get(NUMBER)
    dossier = given.lookup.again(turn.chat, number) if question and number else None
    if dossier is None:
        return None
    script = given.catalogue.get(dossier.service)
    if question == "status":
        return shown(turn.words, dossier, script, given.today(), given.follows.has(turn.chat, number))
    return explained(turn.words, dossier, script, given.today(), question)


def about_shown(turn: Turn, given: Services) -> Reply | None:
    """Answer a question that comes right after a status: later, or naming a service, the same words ask about a procedure."""
    if turn.payload or turn.memory.get("requested_slot") or turn.memory.get("aspect") or given.lookups_off():
        return None
    if len(turn.text.split()) > MANY_WORDS or _names_a_service(turn, given):
        return None
    reply = about_known(turn, given)
    if reply is None or reply.about.service != turn.memory.get("service"):
        return None
    papers = fragments.question_about_dossier(turn.text) == "papers"
    return None if papers and reply.about.status not in ASKS_FOR_PAPERS else reply


def _names_a_service(turn: Turn, given: Services) -> bool:
    likely = {turn.understood.get("service"), *dict(turn.candidates)}
    return any((script := given.catalogue.get(one)) and fragments.names(script, turn.text) for one in likely)
