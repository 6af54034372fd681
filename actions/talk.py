"""Small talk, the list, the language, topics, a person: everything that is not about one service."""
from __future__ import annotations

from typing import Iterable, Sequence

from rasa_sdk.events import EventType, SlotSet

from actions.base import BotAction
from actions.turn import Turn
from actions.wiring import Services
from answers import talk
from answers.cases import has_phrase
from answers.reply import Reply
from answers.words import Words, languages
from catalogue.model import Topic

GREETING = ("greet", "help", "bot_identity")


class ActionTalk(BotAction):
    """Greets and says what the bot is, can do and keeps; answers thanks, good-byes, yes and no."""

    def name(self) -> str:
        return "action_talk"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        privacy = given.catalogue.topic("privacy")
        if turn.intent == "bot_identity" and privacy and topic_named(turn, [privacy]):
            return [talk.topic(turn.words, privacy, given.today(), turn.intent)], []
        make = talk.greeting if turn.intent in GREETING else talk.small_talk
        return [make(turn.words, turn.intent)], []


class ActionList(BotAction):
    """Lists the services, or explains a programme that is named (such as the eleven of Decision 422)."""

    def name(self) -> str:
        return "action_list"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        programme = programme_named(turn, given)
        if programme:
            return [talk.topic(turn.words, programme, given.today(), "list_services")], []
        item = (turn.payload.item if turn.payload else None) or "0"
        scripts = list(given.catalogue.scripts().values())
        return [talk.service_list(turn.words, scripts, int(item) if item.isdecimal() else 0)], []


class ActionLanguage(BotAction):
    """Changes the language to the one named or pressed, or offers the choice."""

    def name(self) -> str:
        return "action_language"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        chosen = turn.payload.item if turn.payload else _named_language(turn.text)
        if chosen not in languages():
            return [talk.language_choice(turn.words)], []
        return [talk.language_changed(Words(chosen))], [SlotSet("language", chosen), SlotSet("language_chosen", True)]


class ActionTopic(BotAction):
    """Explains VNeID, the portal account or paying online, from the shared script."""

    def name(self) -> str:
        return "action_topic"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        found = given.catalogue.topic(turn.intent)
        return [talk.topic(turn.words, found, given.today(), turn.intent) if found else talk.declined(turn.words, True)], []


class ActionPerson(BotAction):
    """Shows how to reach a person, or where to complain."""

    def name(self) -> str:
        return "action_person"

    async def answer(self, turn: Turn, given: Services) -> tuple[Sequence[Reply], list[EventType]]:
        outcome = "complaint_taken" if turn.intent == "complaint" else "person_offered"
        found = given.catalogue.topic(turn.intent)
        if found is None:
            return [talk.declined(turn.words, True)], []
        return [talk.topic(turn.words, found, given.today(), turn.intent, outcome)], []


def programme_named(turn: Turn, given: Services) -> Topic | None:
    """Return the programme topic whose words stand in the message, or None."""
    return topic_named(turn, [topic for name, topic in given.catalogue.topics().items() if name.startswith("programme_")])


def topic_named(turn: Turn, topics: Iterable[Topic]) -> Topic | None:
    """Return the first of the topics whose words stand in the message as whole words, or None."""
    return next((topic for topic in topics for phrases in topic.words.values() for phrase in phrases
                 if has_phrase(turn.text, phrase)), None)


def _named_language(text: str) -> str | None:
    """Return the language whose name, in any of our languages, stands in the message."""
    return next((code for code in languages() for name in Words(code).get("language_names") if has_phrase(text, name)), None)
