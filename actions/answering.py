"""Requests about services as replies, with what is to be remembered of them."""
from __future__ import annotations

from typing import Sequence

from rasa_sdk.events import EventType

from actions import question, request
from actions.request import Request
from actions.turn import Turn
from actions.wiring import Services
from answers import procedure, talk
from answers.cases import question_named
from answers.reply import Reply

Answer = tuple[Sequence[Reply], list[EventType]]


def answered(asked: Request, turn: Turn, given: Services) -> Answer:
    """Answer a request, or ask what it is about, and keep its service in focus; words of a frequent question ask for its answer."""
    item = None if turn.payload else question_named(asked.script, turn.text, given.today())
    if item is not None:
        reply = procedure.questions(asked.script, given.today(), turn.language, item)
        return [talk.with_intent(reply, asked.intent)], request.remembered(asked)
    if not asked.aspects:
        return [talk.what_about(turn.words, asked.script, given.today(), asked.case)], request.remembered(asked)
    reply = procedure.answer(asked.script, asked.aspects, given.today(), turn.language, asked.case)
    return [talk.with_intent(reply, asked.intent)], request.remembered(asked)


def answered_all(asked: Sequence[Request], turn: Turn, given: Services) -> Answer:
    """Answer several requests; the first is in focus, and what is asked next without a name is asked of all of them."""
    replies = [reply for one in asked for reply in answered(one, turn, given)[0]]
    cases = {one.script.id: one.case for one in asked if one.case}
    return replies, [*request.remembered(asked[0]), question.asking([one.script for one in asked], (), cases, both=True)]
