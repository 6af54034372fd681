"""Small talk, the list, the language, topics, a person: everything that is not about one service."""
from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from rasa_sdk.events import EventType, SlotSet

from actions import dossier, listing, question, request
from actions.answer import ConversationAction
from actions.answering import Answer, answered
from actions.base import BotAction
from actions.named import explained, programme_named, topic_named
from actions.turn import Turn
from actions.wiring import Services
from answers import fragments, privacy, talk
from answers.cases import has_phrase
from answers.reply import Reply
from answers.words import Words, languages

GREETING = ("greet", "help", "bot_identity")


class ActionTalk(ConversationAction):
    """Greets and says what the bot is, can do and keeps; answers thanks, good-byes, yes and no."""

    def name(self) -> str:
        return "action_talk"

    async def answer_alone(self, turn: Turn, given: Services) -> Answer:
        if turn.intent == "bot_identity" and (kept := _privacy(turn, given)):
            return [kept], []
        if turn.intent in GREETING:
            return [talk.greeting(turn.words, turn.intent, given.kept_days)], []
        if turn.intent == "affirm":
            return _yes(turn, given)
        offered = turn.intent == "deny" and question.offered(turn, given) and not question.answered_both(turn)
        return [talk.small_talk(turn.words, turn.intent, "deny_offered" if offered else turn.intent)], []


def _privacy(turn: Turn, given: Services) -> Reply | None:
    """Return what the bot stores, when one of the words for it stands in the message; who wants it erased is asked to confirm."""
    found = given.catalogue.topic("privacy")
    if not found or not topic_named(turn, [found]):
        return None
    if fragments.holds("context.erase", turn.text):
        return privacy.sure(turn.words)
    return privacy.with_ways(turn.words, talk.topic(turn.words, found, given.today(), "bot_identity"))


def _yes(turn: Turn, given: Services) -> Answer:
    """A yes to several services says not which; a yes to nothing asked leads on with the service in focus."""
    offered, focus = question.offered(turn, given), given.catalogue.get(turn.memory.get("service"))
    if question.page_shown(turn) is not None:
        return listing.listed(turn, given, question.page_shown(turn) or 0)
    if offered:
        return [talk.choose(turn.words, offered)], [
            question.asking(offered, question.wanted(turn), question.cases_named(turn, offered))]
    if focus is None:
        return [talk.small_talk(turn.words, turn.intent)], []
    return [talk.more_about(turn.words, focus, given.today(), turn.memory.get("case"))], []


class ActionList(BotAction):
    """Lists the services, or explains a programme that is named (such as the eleven of Decision 422)."""

    def name(self) -> str:
        return "action_list"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        programme = programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        if kept := _privacy(turn, given):
            return [kept], []
        item = (turn.payload.item if turn.payload else None) or "0"
        return listing.listed(turn, given, listing.page_turned(turn) or (int(item) if item.isdecimal() else 0))


class ActionLanguage(BotAction):
    """Changes the language to the one named or pressed and answers what is asked beside it, or offers the choice."""

    def name(self) -> str:
        return "action_language"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        chosen = turn.payload.item if turn.payload else _named_language(turn.text)
        if chosen not in languages():
            return [talk.language_choice(turn.words)], []
        changed = [SlotSet("language", chosen), SlotSet("language_chosen", True)]
        asked = request.asked_beside(turn, given)
        replies, events = answered(asked, replace(turn, words=Words(chosen)), given) if asked else ([], [])
        return [talk.language_changed(Words(chosen)), *replies], [*changed, *events]


class ActionTopic(ConversationAction):
    """Explains VNeID, the portal account or paying online, from the shared script."""

    def name(self) -> str:
        return "action_topic"

    async def answer_alone(self, turn: Turn, given: Services) -> Answer:
        found = given.catalogue.topic(turn.intent)
        if found is None:
            return [talk.declined(turn.words, True)], []
        return [talk.topic(turn.words, found, given.today(), turn.intent, asked=turn.text)], []


class ActionPerson(BotAction):
    """Shows how to reach a person, or where to complain."""

    def name(self) -> str:
        return "action_person"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        if answer := dossier.waiting(turn):
            return answer
        if general := explained(turn, given):
            # "Mấy giờ trung tâm mở cửa" sounds like a wish for a person; it is a question that we can answer.
            return [talk.topic(turn.words, general, given.today(), turn.intent)], []
        outcome = "complaint_taken" if turn.intent == "complaint" else "person_offered"
        found = given.catalogue.topic(turn.intent)
        if found is None:
            return [talk.declined(turn.words, True)], []
        # A complaint is first of all regretted, whatever it is about.
        asked = "" if turn.intent == "complaint" else turn.text
        return [talk.topic(turn.words, found, given.today(), turn.intent, outcome, asked)], []


def _named_language(text: str) -> str | None:
    """Return the language whose name, in any of our languages, stands in the message."""
    return next((code for code in languages() for name in Words(code).get("language_names") if has_phrase(text, name)), None)
