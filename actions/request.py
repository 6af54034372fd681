"""What is asked about a service: read from the message, and, where it says too little, from what was said before."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Sequence

from rasa_sdk.events import EventType, SlotSet

from actions.base import QUESTION
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments
from answers.cases import named_case, question_named
from answers.sections import SECTIONS
from catalogue.model import Script

LIKELY = 0.05
"""How likely the service in focus must be for an unsure message to be about it."""

UNLIKELY = 0.2
"""Below this a short message that asks for an aspect is about the service in focus, not about another one."""

SURE = 0.9
"""From this confidence the aspects the model heard in a message that names a case count, not those asked before."""

MOST_TO_CHOOSE = 3
"""How many services a question offers at most; more are a list."""

FEW_WORDS = 8
"""How long a message may be that leaves out what it is about."""


@dataclass(frozen=True)
class Request:
    """Aspects of a service, the main one first, for a case; `intent` is ask_aspect when the message did not name the service."""

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
    case = turn.payload.case if turn.payload else named_case(script, turn.text) or _kept_case(turn, script)
    before = wanted(turn) if named and not turn.payload else []
    intent = "ask_aspect" if turn.intent == "ask_aspect" else "ask_service"
    return Request(script, _aspects(turn) or before or ["overview"], case, intent)


def in_conversation(turn: Turn, given: Services) -> Request | None:
    """Return what a message asks only because of what was said before it, or None; a button says all by itself."""
    if turn.payload:
        return None
    return next((found for step in STEPS if (found := step(turn, given))), None)


def remembered(request: Request) -> list[EventType]:
    """Return the events that put the request's service into focus."""
    return [SlotSet("service", request.script.id), SlotSet("aspect", request.aspects[0]), SlotSet("case", request.case)]


def asking(scripts: Sequence[Script], aspects: Sequence[str] = (), first: int = 1) -> EventType:
    """Return the event that remembers which services were offered, from which number on, and what is wanted of the one chosen."""
    return SlotSet(QUESTION, json.dumps({"services": [script.id for script in scripts], "aspects": list(aspects), "first": first}))


def offered(turn: Turn, given: Services) -> list[Script]:
    """Return the services the last answer asked to choose from."""
    return [script for service in _question(turn).get("services", ()) if (script := given.catalogue.get(service))]


def _picked(turn: Turn, given: Services) -> Request | None:
    """The answer to "which of these?": yes to the only one, a place in the list, a name, or what the model finds likely."""
    choices, first = offered(turn, given), _question(turn).get("first", 1)
    picked = choices[0] if turn.intent == "affirm" and len(choices) == 1 else (
        fragments.numbered(turn.text, choices, first) or _meant_of(turn, choices))
    if picked is None:
        return None
    return Request(picked, _aspects(turn) or wanted(turn) or ["overview"], named_case(picked, turn.text), "ask_service")


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
    script = _focus(turn, given)
    case = fragments.case_alone(script, turn.text) if script and _short(turn) and not _names_another(turn, given) else None
    sure = turn.intent == "ask_aspect" and turn.understood.get("confidence", 0.0) >= SURE
    # "Quá 60 ngày thì sao" asks for the fine, whatever was asked before.
    aspects = _aspects(turn) if sure else [turn.memory.get("aspect") or "overview"]
    return Request(script, aspects, case) if case else None


def _unsure_about_focus(turn: Turn, given: Services) -> Request | None:
    """A message the model is unsure about, when the service in focus is among the likely ones or has the case it names."""
    script = _focus(turn, given)
    if script is None or not _unsure(turn):
        return None
    case = named_case(script, turn.text)
    aspects = _aspects(turn) or list(filter(None, [fragments.aspect_named(turn.text)]))
    if not (dict(turn.candidates).get(script.id, 0.0) >= LIKELY or case and _short(turn) or aspects and _no_other(turn, given)):
        return None
    return Request(script, aspects or [turn.memory.get("aspect") or "overview"], case or turn.memory.get("case"))


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
    _picked, _question_of_focus, _aspect_of_focus, _case_of_focus, _unsure_about_focus)
"""What is tried, in this order, before the model's word counts."""


def _focus(turn: Turn, given: Services) -> Script | None:
    return given.catalogue.get(turn.memory.get("service"))


def _aspects(turn: Turn) -> list[str]:
    """Return the aspects the message asks for; "còn mất thì sao" asks the last one again, for another case."""
    known = [aspect for aspect in turn.aspects if aspect in SECTIONS]
    if turn.payload or known not in ([], ["overview"]):
        return known
    return [turn.memory.get("aspect") or "overview"] if turn.intent == "ask_aspect" else []


def _kept_case(turn: Turn, script: Script) -> str | None:
    """Return the case in focus, unless the message calls a service by its name: then the common case comes first."""
    same = script.id == turn.memory.get("service") and not fragments.names(script, turn.text)
    return turn.memory.get("case") if same else None


def wanted(turn: Turn) -> list[str]:
    """Return the aspects asked for before the last answer asked of which service."""
    return [aspect for aspect in _question(turn).get("aspects", ()) if aspect in SECTIONS]


def _question(turn: Turn) -> dict[str, Any]:
    return json.loads(turn.memory.get(QUESTION) or "{}")


def _unsure(turn: Turn) -> bool:
    return turn.understood.get("decision") == "clarify"
