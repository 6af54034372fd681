"""What is asked about a service: read from the message, and, where it says too little, from what was said before."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, Sequence

from rasa_sdk.events import EventType, SlotSet

from actions import question
from actions.named import programme_named
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, mentions
from answers.cases import named_case, procedure_named, question_named
from answers.sections import SECTIONS
from catalogue.model import Script

LIKELY = 0.05
"""How likely the service in focus must be for an unsure message to be about it."""

UNLIKELY = 0.2
"""Below this a short message that asks for an aspect is about the service in focus, not about another one."""

SURE = 0.85
"""From this confidence the aspects the model heard in a message that names a case count, not those asked before."""

MOST_TO_CHOOSE = 3
"""How many services a question offers at most; more are a list."""

FEW_WORDS = 8
"""How long a message may be that leaves out what it is about."""

FEWEST_WORDS = 5
"""So short, a message that takes up what was said ("còn người lớn") has no room for another matter."""

MOST_WORDS = 14
"""The same for one that the model takes for none of the services, each word of which must then fit the service in focus."""


@dataclass(frozen=True)
class Request:
    """Aspects of a service, the main one first, for a case; `intent` is ask_aspect when the message did not name the service.

    Without an aspect it is about the service, and the citizen is to be asked what about it.
    """

    script: Script
    aspects: Sequence[str]
    case: str | None
    intent: str = "ask_aspect"


def of_message(turn: Turn, given: Services) -> Request | None:
    """Return what the model understood: the service named, or for a follow-up the one in focus; None when there is neither."""
    named = given.catalogue.get(turn.service)
    script = named or _focus(turn, given)
    if script is None:
        return None
    intent = "ask_aspect" if turn.intent == "ask_aspect" else "ask_service"
    if turn.payload:
        return Request(script, _aspects(turn) or ["overview"], turn.payload.case, intent)
    case, carried = named_case(script, turn.text), _carried_case(turn, script)
    if carried and not case and not fragments.aspect_named(turn.text, single=True):
        return Request(script, [turn.memory.get("aspect") or "overview"], carried, intent)
    found = Request(script, _aspects(turn) or (question.wanted(turn) if named else []) or ["overview"],
                    case or carried or question.asked_case(turn, script) or _kept_case(turn, script), intent)
    # "Hộ cận nghèo thì sao" would get the last answer word for word.
    repeats = _same_as_before(turn, found) and fragments.tells_situation(turn.text)
    return replace(found, aspects=()) if repeats and not fragments.aspect_named(turn.text, single=True) else found


def in_conversation(turn: Turn, given: Services) -> Request | None:
    """Return what a message asks only because of what was said before it, or None; a button says all by itself."""
    if turn.payload:
        return None
    return next((found for step in STEPS if (found := step(turn, given))), None)


def in_order(requests: Sequence[Request], turn: Turn) -> list[Request]:
    """Return the requests as the message names their services, or as they are when it does not call each by a name."""
    places = {one.script.id: fragments.place_near(one.script, turn.text) for one in requests}
    return list(requests) if None in places.values() else sorted(requests, key=lambda one: places[one.script.id])


def aspect_by_name(turn: Turn, given: Services) -> Request | None:
    """Return what is asked of the service in focus by the mere name of an aspect, as a button shows it."""
    script = None if turn.payload else _focus(turn, given)
    aspect = fragments.aspect_alone(turn.text, bare=True) if script else None
    return Request(script, [aspect], turn.memory.get("case")) if script and aspect else None


def asked_beside(turn: Turn, given: Services) -> Request | None:
    """Return what a message that is about something else asks of the service in focus too: "nói tiếng Việt đi, hết bao nhiêu"."""
    script = None if turn.payload else _focus(turn, given)
    aspect = fragments.aspect_named(turn.text) if script else None
    return Request(script, [aspect], named_case(script, turn.text) or turn.memory.get("case")) if script and aspect else None


def remembered(request: Request) -> list[EventType]:
    """Return the events that put the request's service into focus."""
    aspect = [SlotSet("aspect", request.aspects[0])] if request.aspects else []
    return [SlotSet("service", request.script.id), *aspect, SlotSet("case", request.case)]


def _picked(turn: Turn, given: Services) -> Request | None:
    """The answer to "which of these?": yes to the only one, a place in the list, a name, or what the model finds likely."""
    choices = question.offered(turn, given)
    numbers = dict(enumerate(choices, 1)) if question.page_shown(turn) is None else {script.number: script for script in choices}
    picked = choices[0] if turn.intent == "affirm" and len(choices) == 1 else (
        fragments.numbered(turn.text, numbers) or _meant_of(turn, choices))
    if picked is None:
        return None
    return Request(picked, _aspects(turn) or question.wanted(turn) or ["overview"],
                   named_case(picked, turn.text) or question.asked_case(turn, picked), "ask_service")


def _aspect_of_offered(turn: Turn, given: Services) -> Request | None:
    """What is asked of the only service offered, which says yes to it: "có miễn phí không"."""
    choices, aspects = question.offered(turn, given), _aspects_only(turn)
    if len(choices) != 1 or not aspects:
        return None
    return Request(choices[0], aspects, named_case(choices[0], turn.text) or question.asked_case(turn, choices[0]), "ask_service")


def asked_again(turn: Turn, given: Services) -> tuple[list[Script], list[str]] | None:
    """Return the services to ask about again when the answer only says what is asked of the one that was not chosen yet."""
    choices, aspects = question.offered(turn, given), _aspects_only(turn)
    if not 1 < len(choices) <= MOST_TO_CHOOSE or not aspects or question.answered_both(turn) or _picked(turn, given):
        return None
    return choices, [*aspects, *(aspect for aspect in question.wanted(turn) if aspect not in (*aspects, "overview"))]


def of_both(turn: Turn, given: Services) -> list[Request]:
    """Return what a follow-up asks of the two services that were answered together."""
    aspects = _aspects_only(turn) if question.answered_both(turn) else []
    return [Request(script, aspects, named_case(script, turn.text) or question.asked_case(turn, script))
            for script in question.offered(turn, given) if aspects]


def _aspects_only(turn: Turn) -> list[str]:
    """Return the aspects of a message that says nothing but what is asked of a service named before."""
    if turn.payload:
        return []
    alone = fragments.aspect_alone(turn.text)
    sure = turn.intent == "ask_aspect" and turn.understood.get("decision") == "answer"
    return [alone] if alone else [aspect for aspect in turn.aspects if sure and aspect in SECTIONS and aspect != "overview"]


def _meant_of(turn: Turn, choices: Sequence[Script]) -> Script | None:
    """Return the one of two or three services that the message picks; among the many of a list, the model knows better."""
    if len(choices) > MOST_TO_CHOOSE:
        return None
    likely = [script for script in choices if script.id in dict(turn.candidates)] if _unsure(turn) else []
    return fragments.chosen(turn.text, choices) or (likely[0] if len(likely) == 1 else None)


def _aspect_of_focus(turn: Turn, given: Services) -> Request | None:
    """What a button says, typed: "Lệ phí"."""
    script, aspect = _focus(turn, given), fragments.aspect_alone(turn.text)
    return Request(script, [aspect], turn.memory.get("case")) if script and aspect else None


def _question_of_focus(turn: Turn, given: Services) -> Request | None:
    """A frequent question of the service in focus, in some of the words for it; answered as such."""
    script = _focus(turn, given)
    if script is None or not _short(turn) or _names_another(turn, given):
        return None
    item = question_named(script, turn.text, given.today())
    return None if item is None else Request(script, [turn.memory.get("aspect") or "overview"], turn.memory.get("case"))


def _case_of_focus(turn: Turn, given: Services) -> Request | None:
    """Another case of what was answered last: "mất", "con 5 tuổi thì sao"."""
    script, aspect = _focus(turn, given), fragments.aspect_named(turn.text)
    if script is None or not _short(turn) or _names_another(turn, given):
        return None
    # In "lệ phí thi" the fee is no part of the case.
    case = fragments.case_alone(script, fragments.without_aspects(turn.text) if aspect else turn.text)
    about_focus = turn.intent == "ask_aspect" or turn.understood.get("service") == script.id
    sure = about_focus and turn.understood.get("confidence", 0.0) >= SURE
    # "Quá 60 ngày thì sao" asks for the fine, whatever was asked before.
    aspects = [aspect] if aspect else sure and _aspects(turn) or [turn.memory.get("aspect") or "overview"]
    return Request(script, aspects, case) if case else None


def _corrected(turn: Turn, given: Services) -> Request | None:
    """What is meant instead of what was answered: "không phải đúng hạn, quá hạn rồi"; the case in focus was not it."""
    script, meant = _focus(turn, given), fragments.corrected(turn.text)
    other = given.catalogue.get(turn.understood.get("service"))
    if script is None or meant is None or question.offered(turn, given) or _elsewhere(turn, given) or other not in (None, script):
        return None
    case, aspect = named_case(script, meant), fragments.aspect_named(meant, single=True)
    if aspect:
        return Request(script, [aspect], case or turn.memory.get("case"))
    return Request(script, [turn.memory.get("aspect") or "overview"] if case else (), case)


def _unsure_about_focus(turn: Turn, given: Services) -> Request | None:
    """A message the model is unsure about, when the service in focus is among the likely ones or has the case it names."""
    script = _focus(turn, given)
    if script is None or not _unsure(turn):
        return None
    case = named_case(script, turn.text)
    aspects = _aspects(turn) or list(filter(None, [fragments.aspect_named(turn.text)]))
    if not (dict(turn.candidates).get(script.id, 0.0) >= LIKELY or case and _short(turn) or aspects and _no_other(turn, given)):
        return None
    kept = None if fragments.tells_situation(turn.text) else turn.memory.get("case")
    found = Request(script, aspects or [turn.memory.get("aspect") or "overview"], case or kept)
    # A statement that brings no case and no aspect would get the last answer word for word.
    return _left_out(turn, given, script) if not aspects and _same_as_before(turn, found) else found


def _declined_in_focus(turn: Turn, given: Services) -> Request | None:
    """A message the model takes for none of the services, when it speaks of what the script of the one in focus says."""
    script = _focus(turn, given)
    if script is None or turn.understood.get("decision") != "fallback" or len(turn.text.split()) > MOST_WORDS:
        return None
    if not any(map(str.isalpha, turn.text)) or _elsewhere(turn, given) or programme_named(turn, given):
        return None
    takes_up = len(turn.text.split()) <= FEWEST_WORDS and (fragments.goes_on(turn.text) or fragments.tells_situation(turn.text))
    fits = takes_up or mentions.speaks_of(script, turn.text, turn.language)
    return _left_out(turn, given, script) if fits else None


def _left_out(turn: Turn, given: Services, script: Script) -> Request:
    """Return the aspect or the case that a message about the service has, or a request without any aspect."""
    case = named_case(script, turn.text)
    aspect = fragments.aspect_named(turn.text, single=True) or (
        None if case else mentions.aspect_of(script, turn.text, given.today(), turn.language))
    if aspect or case:
        return Request(script, [aspect or turn.memory.get("aspect") or "overview"], case or turn.memory.get("case"))
    return Request(script, (), turn.memory.get("case"))


def _same_as_before(turn: Turn, found: Request) -> bool:
    before = (turn.memory.get("service"), turn.memory.get("aspect"), turn.memory.get("case"))
    return (found.script.id, found.aspects[0], found.case) == before


def _elsewhere(turn: Turn, given: Services) -> bool:
    """Tell whether the message names a procedure that is none of the services."""
    return procedure_named(turn.text, given.catalogue.elsewhere()) is not None


def _names_another(turn: Turn, given: Services) -> bool:
    """Tell whether the model is sure of another service, and the message calls it by its name."""
    other = given.catalogue.get(turn.understood.get("service"))
    return other is not None and not _unsure(turn) and other.id != turn.memory.get("service") and fragments.names(other, turn.text)


def _short(turn: Turn) -> bool:
    return len(turn.text.split()) <= FEW_WORDS


def _no_other(turn: Turn, given: Services) -> bool:
    """Tell whether a short message gives no service a name or any likelihood worth asking about: "ai phải khai"."""
    others = [(given.catalogue.get(service), sure) for service, sure in turn.candidates]
    return _short(turn) and all(script and sure < UNLIKELY and not fragments.names(script, turn.text) for script, sure in others)


STEPS: tuple[Callable[[Turn, Services], Request | None], ...] = (
    _picked, _aspect_of_offered, _question_of_focus, _aspect_of_focus, _case_of_focus, _corrected, _unsure_about_focus,
    _declined_in_focus)
"""What is tried, in this order, before the model's word counts."""


def _focus(turn: Turn, given: Services) -> Script | None:
    return given.catalogue.get(turn.memory.get("service"))


def _aspects(turn: Turn) -> list[str]:
    """Return the aspects the message asks for; "còn mất thì sao" asks the last one again, for another case."""
    known = [aspect for aspect in turn.aspects if aspect in SECTIONS]
    if turn.payload or known not in ([], ["overview"]):
        return known
    return [turn.memory.get("aspect") or "overview"] if turn.intent == "ask_aspect" else []


def _carried_case(turn: Turn, script: Script) -> str | None:
    """Return the case in focus for another service that is called by its name and no more: "còn bằng lái" after a lost card.

    A case has the same id in every script that has such a case.
    """
    takes_up = fragments.goes_on(turn.text) or fragments.corrected(turn.text) is not None
    case = script.case(turn.memory.get("case")) if takes_up and _short(turn) and script.id != turn.memory.get("service") else None
    return case.id if case else None


def _kept_case(turn: Turn, script: Script) -> str | None:
    """Return the case in focus, unless the message calls a service by its name: then the common case comes first."""
    same = script.id == turn.memory.get("service") and not fragments.names(script, turn.text)
    return turn.memory.get("case") if same else None


def _unsure(turn: Turn) -> bool:
    return turn.understood.get("decision") == "clarify"
