"""Topics that a message calls by one of their words."""
from __future__ import annotations

from itertools import chain
from typing import Iterable

from actions.turn import Turn
from actions.wiring import Services
from answers.cases import has_phrase
from catalogue.model import Topic


def programme_named(turn: Turn, given: Services) -> Topic | None:
    """Return the programme topic whose words stand in the message, or None."""
    return topic_named(turn, [topic for name, topic in given.catalogue.topics().items() if name.startswith("programme_")])


def explained(turn: Turn, given: Services) -> Topic | None:
    """Return the topic that answers a general question (opening hours ...), unless the message surely asks about a service."""
    if turn.payload or (given.catalogue.get(turn.service) and turn.understood.get("decision") != "clarify"):
        return None
    return topic_named(turn, [topic for name, topic in given.catalogue.topics().items() if name.startswith("about_")])


def topic_named(turn: Turn, topics: Iterable[Topic]) -> Topic | None:
    """Return the first of the topics whose words stand in the message as whole words, or None."""
    return next((topic for topic in topics if has_phrase(turn.text, *chain.from_iterable(topic.words.values()))), None)
