"""Replies about what is kept of a chat: showing it, asking whether to erase it, and having done so."""
from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping, Sequence

from answers.reply import Block, Button, Payload, Reply
from answers.talk import KEPT_DAYS, reply
from answers.words import Words

SHOW, FORGET = "my_data", "forget_me"
"""What the commands and buttons ask for, beside the intents Rasa knows."""

YES, NO = "yes", "no"

LATEST = 20
"""Messages shown in the chat; the download holds all of them."""

Kept = Mapping[str, Sequence[Mapping[str, Any]]]
"""The rows kept of a chat, by table."""


def shown(words: Words, kept: Kept, days: int = KEPT_DAYS) -> Reply:
    """Show what is kept: how much of what, and the latest messages as they are kept."""
    if not kept:
        return reply("data_shown", words, SHOW, title=words("privacy.title"), blocks=(Block([words("privacy.nothing")]),))
    known = words.get("privacy.tables")
    counts = [words(f"privacy.tables.{table if table in known else 'other'}", count=len(rows)) for table, rows in kept.items()]
    said = [_said(words, row["said"]) for row in kept.get("turns", ())[-LATEST:] if row.get("said")]
    latest = (Block(said, words("privacy.last"), "bullets"),) if said else ()
    button = Button(words("privacy.forget"), Payload(FORGET).text())
    return reply("data_shown", words, SHOW, title=words("privacy.title"), blocks=(Block(counts, style="bullets"), *latest),
                 footer=(words("privacy.how_long", days=days),), buttons=((button,),))


def with_ways(words: Words, found: Reply) -> Reply:
    """Return an answer about what is kept, with the ways to see it and to erase it."""
    ways = ((Button(words("privacy.show"), Payload(SHOW).text()),), (Button(words("privacy.forget"), Payload(FORGET).text()),))
    return replace(found, buttons=(*found.buttons, *ways))


def sure(words: Words) -> Reply:
    """Ask whether to erase everything."""
    row = tuple(Button(words(f"privacy.forget_{answer}"), Payload(FORGET, item=answer).text()) for answer in (YES, NO))
    return reply("forget_asked", words, FORGET, blocks=(Block([words("privacy.sure")]),), buttons=(row,))


def forgotten(words: Words) -> Reply:
    """Say that everything is erased."""
    return reply("forgotten", words, FORGET, blocks=(Block([words("privacy.forgotten")]),))


def not_forgotten(words: Words) -> Reply:
    """Say that nothing was erased."""
    return reply("not_forgotten", words, FORGET, blocks=(Block([words("privacy.kept")]),))


def _said(words: Words, text: str) -> str:
    return words("privacy.pressed") if text.startswith("/") else text
