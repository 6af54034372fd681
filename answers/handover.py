"""Replies about talking to a person: waiting for one, being with one, leaving a message, and the bot's return."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Sequence

from answers import formats, fragments
from answers.cases import has_phrase
from answers.reply import Block, Button, Payload, Reply
from answers.talk import reply
from answers.words import Words

INTENT = "human_agent"
BACK, LEAVE_MESSAGE = "back_to_bot", "leave_message"
"""What the buttons of these replies ask for, beside the intents Rasa knows."""


def wants_a_number(words: Words, text: str) -> bool:
    """Tell whether somebody who asks for a person asks for a number or an address to turn to, which the bot knows itself."""
    return has_phrase(text, *words("handover.contact_words").split(", "))


def wants_back(text: str, joined: bool) -> bool:
    """Tell whether the message asks for the machine again: with the words of the button, or by saying that nobody is needed.

    The latter is said to the person once one has `joined`.
    """
    return fragments.says("handover.back", text) or not joined and fragments.says("handover.leave_words", text)


def waiting(words: Words, place: int, ways: Reply | None = None) -> Reply:
    """Say that the conversation waits for a person, at which place, with other ways to reach one."""
    lines = [words("handover.waiting", place=place), words("handover.waiting_more"), words("handover.way_back")]
    return _with(ways, reply("person_waiting", words, INTENT, title=words("handover.waiting_title"), blocks=(Block(lines),),
                             buttons=(_back(words),)))


def passed_on(words: Words, place: int) -> Reply:
    """Say that what was just written waits with the rest."""
    return _lines("passed_on", words, words("handover.passed_on", place=place), words("handover.way_back"), buttons=(_back(words),))


def still_waiting(words: Words, place: int, name: str = "still") -> Reply:
    """Say that somebody who waits is not forgotten; `name` is still, or requeued when whoever had it is gone."""
    return _lines("still_waiting", words, words(f"handover.{name}", place=place), buttons=(_back(words),))


def away(words: Words, back: datetime | None, ways: Reply | None = None) -> Reply:
    """Say that nobody answers now, when people are back, and take a message; `back` is in Nghệ An time."""
    button = Button(words("handover.leave_message"), Payload(LEAVE_MESSAGE).text())
    return _with(ways, reply("people_away", words, INTENT, title=words("handover.away_title"), blocks=(
        Block([_back_at(words, back), words("handover.away_message")]),), buttons=((button,),)))


def kept_for_later(words: Words, back: datetime | None) -> Reply:
    """Say to somebody who waits that working hours are over, and that what they wrote is kept."""
    return _lines("people_away", words, words("handover.over"), _back_at(words, back))


def message_wanted(words: Words) -> Reply:
    """Ask for the message."""
    return _lines("message_wanted", words, words("handover.write"), words("handover.way_back"), words("handover.write_masked"),
                  buttons=(_back(words),))


def message_taken(words: Words, back: datetime | None) -> Reply:
    """Say that the message is in the inbox, and when it will be read."""
    return _lines("message_taken", words, words("handover.taken"), _back_at(words, back))


def joined(words: Words, name: str) -> Reply:
    """Say who answers from now on, and that the machine is silent."""
    return _lines("person_joined", words, words("handover.joined", name=name), buttons=(_back(words),))


def wrote(words: Words, name: str, text: str) -> Reply:
    """Carry what a person wrote, under their name."""
    return reply("person_wrote", words, INTENT, title=words("handover.by", name=name), blocks=(Block(text.splitlines()),),
                 buttons=(_back(words),))


def card(found: Reply) -> Reply:
    """Return a procedure's answer as a person sends it: without the question whether it helped, which is for the machine's own."""
    rows = [row for row in found.buttons if not any((button.payload or "").startswith("/rate") for button in row)]
    return replace(found, buttons=tuple(rows))


def resumed(words: Words, name: str = "resumed") -> Reply:
    """Say that the machine answers again; `name` is resumed (as the citizen wished), ended or silent."""
    return _lines("bot_resumed", words, words(f"handover.{name}"),
                  buttons=((Button(words("fallback.list"), Payload("list_services").text()),),))


def nothing_open(words: Words) -> Reply:
    """Say that the machine is answering anyway, to somebody who presses an old button."""
    return _lines("bot_resumed", words, words("handover.nothing_open"))


def offered(found: Reply, words: Words) -> Reply:
    """Return an answer that did not help, with a person offered first."""
    person = Button(words("handover.offer_button"), Payload(INTENT).text())
    others = tuple(row for row in found.buttons if not any(button.payload == person.payload for button in row))
    return replace(found, blocks=(Block([words("handover.offer")]), *found.blocks), buttons=((person,), *others))


def with_message_button(found: Reply, words: Words) -> Reply:
    """Return an answer with numbers or places to turn to, with a person offered as well."""
    return replace(found, buttons=((Button(words("handover.offer_button"), Payload(INTENT).text()),), *found.buttons))


def told(words: Words, text: str) -> Reply:
    """Say something to the staff, in their group."""
    return _lines("staff_told", words, text)


def _lines(outcome: str, words: Words, *lines: str, buttons: Sequence[Sequence[Button]] = ()) -> Reply:
    return reply(outcome, words, INTENT, blocks=(Block(lines),), buttons=buttons)


def _with(ways: Reply | None, made: Reply) -> Reply:
    """Add to a reply the ways to reach a person that an answer names, with the facts' revision."""
    if ways is None:
        return made
    found = tuple(replace(block, heading=block.heading or Words(made.about.language)("handover.ways")) for block in ways.blocks)
    return replace(made, about=replace(made.about, revision=ways.about.revision), blocks=(*made.blocks, *found), footer=ways.footer,
                   buttons=(*made.buttons, *ways.buttons))


def _back(words: Words) -> tuple[Button, ...]:
    return (Button(words("handover.back"), Payload(BACK).text()),)


def _back_at(words: Words, back: datetime | None) -> str:
    if back is None:
        return words("handover.back_unknown")
    day = words.get("formats.weekdays")[back.weekday()]
    return words("handover.back_at", time=f"{back:%H:%M}", weekday=day, day=formats.day(back.date()))
