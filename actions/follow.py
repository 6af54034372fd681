"""Following dossiers: the buttons under a status, the list, and the words of each notice."""
from __future__ import annotations

from typing import Sequence

from actions.wiring import Services
from answers import dossier as say
from answers.reply import Payload, Reply
from answers.words import Words
from dossiers.follows import MOST_FOLLOWED, Notice, TooManyFollows

CALLED = ("telegram",)
"""Channels that get a message without asking for it."""


def answer(given: Services, chat: str, payload: Payload, words: Words) -> Reply | None:
    """Return the reply to a button or command about following, or None for any other."""
    number = payload.item or ""
    if payload.intent == say.FOLLOW:
        return _follow(given, chat, number, words)
    if payload.intent == say.UNFOLLOW:
        given.follows.end(chat, number)
        return say.unfollowed(words, number)
    return _listed(given, chat, number, words) if payload.intent == say.FOLLOWING else None


def notice(given: Services, found: Notice) -> Reply:
    """Return what a follower reads."""
    words, script = Words(found.language), given.catalogue.get(found.dossier.service)
    if found.kind == "news":
        return say.news(words, found.dossier, script, given.today())
    return say.reminder(words, found.dossier, script, found.kind, found.day, given.today())


def _follow(given: Services, chat: str, number: str, words: Words) -> Reply:
    # A button can be made up; only who had the right digits may hear of a dossier.
    if not given.lookup.proven(chat, number):
        return say.not_followed(words)
    try:
        given.follows.add(chat, number, words.language)
    except TooManyFollows:
        return say.not_followed(words, MOST_FOLLOWED)
    return say.followed(words, number, chat.startswith(tuple(f"{name}:" for name in CALLED)))


def _listed(given: Services, chat: str, number: str, words: Words) -> Reply:
    follows = given.follows.of(chat)
    for one in follows:
        if one.number == number and one.dossier:
            return say.shown(words, one.dossier, given.catalogue.get(one.dossier.service), given.today(), followed=True)
    return say.following(words, follows)


def letters(given: Services, notices: Sequence[Notice]) -> list[tuple[str, dict, str]]:
    """Return notices as the outbox takes them: chat, reply, key."""
    return [(one.chat, notice(given, one).as_dict(), one.key) for one in notices]
