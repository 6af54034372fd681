"""What the last answer asked, remembered until the next message: the services offered, what is wanted of the one chosen."""
from __future__ import annotations

import json
from typing import Any, Mapping, Sequence

from rasa_sdk.events import EventType, SlotSet

from actions.base import QUESTION
from actions.turn import Turn
from actions.wiring import Services
from answers.cases import named_case
from answers.sections import SECTIONS
from catalogue.model import Script


def asking(scripts: Sequence[Script], aspects: Sequence[str] = (), cases: Mapping[str, str] | None = None,
           **more: int | bool) -> EventType:
    """Return the event that remembers which services were offered, what is wanted of the one chosen, and in which case.

    `page` is that of the list; `both` says that the services were not offered but answered, so that a follow-up is about both.
    """
    return SlotSet(QUESTION, json.dumps({"services": [script.id for script in scripts], "aspects": list(aspects),
                                         "cases": dict(cases or {}), **more}))


def page_shown(turn: Turn) -> int | None:
    """Return the page of the list, when the last answer was the list."""
    return _question(turn).get("page")


def cases_named(turn: Turn, scripts: Sequence[Script]) -> dict[str, str]:
    """Return the case that the message, or the one asked about, names of each service: the message itself is not kept."""
    return {script.id: case for script in scripts if (case := named_case(script, turn.text) or asked_case(turn, script))}


def asked_case(turn: Turn, script: Script) -> str | None:
    """Return the case of the service that the message named about which the last answer asked."""
    return _question(turn).get("cases", {}).get(script.id)


def asks_which(turn: Turn) -> bool:
    """Tell whether the last answer asked which of some services was meant."""
    return bool(_question(turn).get("services"))


def offered(turn: Turn, given: Services) -> list[Script]:
    """Return the services the last answer asked to choose from."""
    return [script for service in _question(turn).get("services", ()) if (script := given.catalogue.get(service))]


def answered_both(turn: Turn) -> bool:
    """Tell whether the last message asked for two services and got both answered."""
    return bool(_question(turn).get("both"))


def wanted(turn: Turn) -> list[str]:
    """Return the aspects asked for before the last answer asked of which service."""
    return [aspect for aspect in _question(turn).get("aspects", ()) if aspect in SECTIONS]


def _question(turn: Turn) -> dict[str, Any]:
    return json.loads(turn.memory.get(QUESTION) or "{}")
