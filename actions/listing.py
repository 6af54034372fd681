"""The list of services: its pages, by button or typed, and which of them a number picks."""
from __future__ import annotations

from rasa_sdk.events import EventType

from actions import question
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, talk
from answers.reply import Reply


def listed(turn: Turn, given: Services, page: int) -> tuple[list[Reply], list[EventType]]:
    """Show a page of the list; the numbers of all pages pick a service of the next message."""
    scripts = list(given.catalogue.scripts().values())
    page = talk.page_of(scripts, page)
    return [talk.service_list(turn.words, scripts, page)], [question.asking(scripts, page=page)] if scripts else []


def page_turned(turn: Turn) -> int | None:
    """Return the page of the list that a message turns to ("trang sau"), when the last answer was the list."""
    page = question.page_shown(turn)
    turned = None if page is None or turn.payload else fragments.page_turned(turn.text)
    return None if turned is None else page + turned
